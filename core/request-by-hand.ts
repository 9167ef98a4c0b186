import * as z from 'zod';
import { type Config, targetOf } from './config.ts';
import type { ArtifactLocation } from './deployment.ts';
import { imageMistakes } from './image-definitions.ts';
import { parse } from './parse.ts';
import { completed, defaultFileName, fieldsOf, type Request, targetsOf } from './request-fields.ts';

const images = z.array(z.unknown(), 'must be a list of {"name", "imageUri"}').transform((values, context) => {
  const mistakes = imageMistakes(values);
  if (mistakes.length === 0) return z.array(z.object({ name: z.string(), imageUri: z.string() })).parse(values);
  context.addIssue(mistakes.join(' ').replace(/\.$/, ''));
  return z.NEVER;
});

/** What a person or another machine may write, with the target by name or spelled out. */
const handSchema = (config: Config, stage: string, byName: boolean) => {
  const fields = fieldsOf(config, stage);
  const targets = targetsOf(config, stage);
  const names = targets.map(({ name = '' }) => name);
  const must = `must be one of ${names.join(', ')}, or {"roleArn", "region", "cluster", "service"}`;
  const { roleArn, region, cluster, service, externalId } = fields;
  const spelledOut = z.strictObject({ roleArn, region, cluster, service, externalId: externalId.optional() }, must);
  return z.strictObject({
    target: byName
      ? z.enum(names, must).transform((name) => targetOf(config, name, stage))
      : spelledOut.transform((target) => completed(target, targets)),
    images: images.optional(),
    artifact: z
      .strictObject(
        { bucket: z.string(), key: z.string(), versionId: z.string().optional(), fileName: fields.fileName },
        'must be {"bucket", "key"}',
      )
      .optional(),
    taskDefinition: fields.base,
    timeoutMinutes: fields.minutes,
    rollBackOnFailure: fields.rollBack,
    reason: z.string().max(1000).optional(),
    by: z.string().max(256).optional(),
    /** Step Functions adds it where another machine started us. */
    AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.string().optional(),
  });
};

const locationOf = ({ bucket, key, versionId }: ArtifactLocation): ArtifactLocation => ({ bucket, key, versionId });

/** A request by hand, complete. Throws a ConfigurationError with every mistake and a correct input to start from. */
export function byHand(input: unknown, config: Config, stage: string): Request {
  const byName = typeof z.object({ target: z.unknown() }).safeParse(input).data?.target === 'string';
  const schema = handSchema(config, stage, byName)
    .refine(({ images: given, artifact }) => given === undefined || artifact === undefined, {
      path: ['images'],
      message: 'must not stand beside an artifact, which lists its own',
    })
    .refine(({ taskDefinition, artifact }) => taskDefinition.from !== 'file' || artifact !== undefined, {
      path: ['taskDefinition'],
      message: 'names a file, which needs an artifact to be in',
    });
  const [example] = targetsOf(config, stage);
  const hint = `A correct input: {"target": "${example?.name}", "images": [{"name": "app", "imageUri": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1"}]}.`;
  const asked = parse(schema, input, { what: 'The input', hint });
  return {
    target: asked.target,
    artifact: asked.artifact && locationOf(asked.artifact),
    fileName: asked.artifact?.fileName ?? defaultFileName,
    images: asked.images ?? (asked.artifact === undefined ? [] : undefined),
    base: asked.taskDefinition,
    force: asked.artifact === undefined && (asked.images ?? []).length === 0,
    timeoutMinutes: asked.timeoutMinutes,
    rollBackOnFailure: asked.rollBackOnFailure,
  };
}
