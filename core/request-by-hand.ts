import * as z from 'zod';
import type { Config } from './config.ts';
import { once, targetsOf } from './configured.ts';
import type { ArtifactLocation, Base, Target } from './deployment.ts';
import { type ImageDefinition, imageMistakes } from './image-definitions.ts';
import { parse } from './parse.ts';
import {
  dayMust,
  defaultFileName,
  fieldsOf,
  fitsInADay,
  isOfTarget,
  mustBeObject,
  type Request,
} from './request-fields.ts';
import { targetField } from './request-target.ts';

const images = z.array(z.unknown(), 'must be a list of {"name", "imageUri"}').transform((values, context) => {
  const mistakes = imageMistakes(values);
  if (mistakes.length === 0) return z.array(z.object({ name: z.string(), imageUri: z.string() })).parse(values);
  context.addIssue(mistakes.join(' ').replace(/\.$/, ''));
  return z.NEVER;
});

/** What a person or another machine may write, beside the target. */
const handFields = once((config, stage) => {
  const fields = fieldsOf(config, stage);
  return {
    images: images.optional(),
    artifact: z
      .strictObject(
        { ...fields.object, versionId: fields.versionId, fileName: fields.fileName },
        'must be {"bucket", "key"}',
      )
      .optional(),
    revision: fields.revision,
    taskDefinition: fields.base,
    timeoutMinutes: fields.minutes,
    bakeMinutes: fields.bake,
    rollBackOnFailure: fields.rollBack,
    reason: fields.reason,
    by: fields.by,
    /** Step Functions adds it where another machine started us. */
    AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.string().optional(),
  };
});

type Asked = z.output<z.ZodObject<ReturnType<typeof handFields>>> & { target: Target };

/** What must be true of fields together: [is it, the field to name, what it must be]. */
const together: [holds: (asked: Asked) => boolean, field: keyof Asked, must: string][] = [
  [
    ({ images: given, artifact }) => given === undefined || artifact === undefined,
    'images',
    'must not stand beside an artifact, which lists its own',
  ],
  [
    ({ taskDefinition, artifact }) => taskDefinition.from !== 'file' || artifact !== undefined,
    'taskDefinition',
    'names a file, which needs an artifact to be in',
  ],
  [
    ({ revision, images: given, artifact, taskDefinition }) =>
      revision === undefined || (given === undefined && artifact === undefined && taskDefinition.from === 'service'),
    'revision',
    'must not stand beside images, an artifact or a taskDefinition: it is deployed as it is',
  ],
  [
    ({ revision, target }) => revision === undefined || isOfTarget(revision, target),
    'revision',
    "must be of the target's own account and Region",
  ],
  [({ timeoutMinutes, bakeMinutes }) => fitsInADay(timeoutMinutes, bakeMinutes), 'bakeMinutes', dayMust],
];

const locationOf = ({ bucket, key, versionId }: ArtifactLocation): ArtifactLocation => ({ bucket, key, versionId });

const baseOf = ({ revision, taskDefinition }: Asked): Base =>
  revision === undefined
    ? taskDefinition
    : { from: 'revision', taskDefinition: revision.split('/').at(-1) ?? revision };

/** Without an artifact and without images, what runs or is named is deployed once more. */
const imagesOf = ({ images: given, artifact }: Asked): ImageDefinition[] | undefined =>
  given ?? (artifact === undefined ? [] : undefined);

/** A request by hand, complete. Throws a ConfigurationError with every mistake and a correct input to start from. */
export function byHand(input: unknown, config: Config, stage: string): Request {
  const hand = { target: targetField(input, config, stage), ...handFields(config, stage) };
  const schema = z.strictObject(hand, mustBeObject).superRefine((asked, context) => {
    for (const [holds, field, message] of together)
      if (!holds(asked)) context.addIssue({ code: 'custom', path: [field], message });
  });
  const [example] = targetsOf(config, stage);
  const hint = `A correct input: {"target": "${example?.name}", "images": [{"name": "app", "imageUri": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1"}]}.`;
  const asked = parse(schema, input, { what: 'The input', hint });
  const { target, artifact, timeoutMinutes, bakeMinutes, rollBackOnFailure, by, reason } = asked;
  return {
    target,
    artifact: artifact && locationOf(artifact),
    fileName: artifact?.fileName ?? defaultFileName,
    images: imagesOf(asked),
    base: baseOf(asked),
    force: artifact === undefined && (asked.images ?? []).length === 0,
    timeoutMinutes,
    bakeMinutes,
    rollBackOnFailure,
    by,
    reason,
  };
}
