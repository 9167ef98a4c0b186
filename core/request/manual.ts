import * as z from 'zod';
import type { Config } from '../config/check.ts';
import type { ServiceConfig } from '../config/schema.ts';
import { findConfiguredService, memoizeByStage } from '../config/targets.ts';
import type { ImageDefinition } from '../image/definitions.ts';
import type { ArtifactLocation, InputArtifact, Target, TaskDefinitionBase } from '../model/release.ts';
import { formatEcrHost } from '../parsing/partition.ts';
import { parseWithSchema } from '../parsing/validation.ts';
import { findRevisionArnError } from './ecs-arn.ts';
import {
  type DeployRequest,
  dayLimitMessage,
  defaultImageDefinitionsFile,
  defaultTimeoutMinutes,
  isWithinDayLimit,
  mustBeObjectMessage,
  requestFieldSchemas,
} from './fields.ts';
import { requestedImagesSchema } from './images-field.ts';
import { findTaskDayLimitError, listSkippedTasks, selectReleaseTasks, taskChoiceRules } from './release-tasks.ts';
import { parseTargetField } from './target.ts';

/** The fields that a person or another machine can write, besides the target. */
const manualFieldSchemas = memoizeByStage((config, stage) => {
  const fields = requestFieldSchemas(config, stage);
  return {
    images: requestedImagesSchema.optional(),
    artifact: z
      .strictObject(
        { ...fields.object, versionId: fields.versionId, fileName: fields.file.optional() },
        'must be {"bucket", "key"}',
      )
      .optional(),
    revision: fields.revision,
    taskDefinition: fields.base,
    timeoutMinutes: fields.minutes.optional(),
    bakeMinutes: fields.bake.optional(),
    rollBackOnFailure: fields.rollBack,
    skipPreDeploy: fields.flag,
    runPreDeploy: fields.flag,
    reason: fields.reason,
    by: fields.by,
    /** Step Functions adds this field if another state machine started the execution. */
    AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.string().optional(),
  };
});

type ManualInput = z.output<z.ZodObject<ReturnType<typeof manualFieldSchemas>>> & { target: Target };
type ServiceSettings = Pick<ServiceConfig, 'fileName' | 'timeoutMinutes' | 'bakeMinutes'>;
type CompletedInput = ManualInput & ServiceSettings;

const defaultSettings: ServiceSettings = {
  fileName: defaultImageDefinitionsFile,
  timeoutMinutes: defaultTimeoutMinutes,
  bakeMinutes: 0,
};

/** Fields that the input omits get the service's configured values, which its pipeline also uses. */
const fillInSettings =
  (config: Config, stage: string) =>
  (given: ManualInput): CompletedInput => {
    const own = findConfiguredService(config, given.target.name, stage)?.service ?? defaultSettings;
    return {
      ...given,
      fileName: given.artifact?.fileName ?? own.fileName,
      timeoutMinutes: given.timeoutMinutes ?? own.timeoutMinutes,
      bakeMinutes: given.bakeMinutes ?? own.bakeMinutes,
    };
  };

/** Rules about several fields: [whether the rule holds, the field to name, what the field must be]. */
const crossFieldRules: [holds: (completed: CompletedInput) => boolean, field: keyof CompletedInput, must: string][] = [
  [
    ({ images: given, artifact }) => given === undefined || artifact === undefined,
    'images',
    'cannot be combined with an artifact, which lists its own',
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
    'cannot be combined with images, an artifact or a taskDefinition: it is deployed as it is',
  ],
  [({ timeoutMinutes, bakeMinutes }) => isWithinDayLimit(timeoutMinutes, bakeMinutes), 'bakeMinutes', dayLimitMessage],
  ...taskChoiceRules,
];

const toArtifacts = (given: ArtifactLocation | undefined): InputArtifact[] =>
  given === undefined ? [] : [{ bucket: given.bucket, key: given.key, versionId: given.versionId }];

const toBase = ({ revision, taskDefinition }: CompletedInput): TaskDefinitionBase =>
  revision === undefined
    ? taskDefinition
    : { from: 'revision', taskDefinition: revision.split('/').at(-1) ?? revision };

/** Without an artifact and without images, the running or named revision is deployed again. */
const toImages = ({ images: given, artifact }: CompletedInput): ImageDefinition[] | undefined =>
  given ?? (artifact === undefined ? [] : undefined);

/**
 * Whether to deploy even if nothing changes. A release without images deploys the running revision again, and a person can request that the tasks run in any
 * case.
 */
const isForced = ({ artifact, images, runPreDeploy }: CompletedInput): boolean =>
  runPreDeploy === true || (artifact === undefined && images === undefined);

const chooseTasks = (completed: CompletedInput, config: Config, stage: string): DeployRequest['tasks'] =>
  selectReleaseTasks(config, stage, completed.target, completed);

/** Parses a manual request and fills in its defaults. Throws a ConfigurationError with every validation error and a correct input as an example. */
export function parseManualRequest(given: unknown, config: Config, stage: string): DeployRequest {
  const { input, ...field } = parseTargetField(given, config, stage);
  const hand = { target: field.schema, ...manualFieldSchemas(config, stage) };
  const schema = z
    .strictObject(hand, mustBeObjectMessage)
    .transform(fillInSettings(config, stage))
    .superRefine((completed, context) => {
      for (const [holds, field, message] of crossFieldRules)
        if (!holds(completed)) context.addIssue({ code: 'custom', path: [field], message });
      const revision = findRevisionArnError(completed.revision, completed.target);
      const timeoutMinutes = findTaskDayLimitError(completed, chooseTasks(completed, config, stage));
      for (const [field, message] of Object.entries({ revision, timeoutMinutes }))
        if (message !== undefined) context.addIssue({ code: 'custom', path: [field], message });
    });
  const exampleRegistry = formatEcrHost({ account: '111122223333', region: config.build.region });
  const hint = `A correct input: {${field.example}, "images": [{"name": "app", "imageUri": "${exampleRegistry}/app:1"}]}.`;
  const completed = parseWithSchema(schema, input, { what: 'The input', hint });
  const { target, artifact, fileName, timeoutMinutes, bakeMinutes, rollBackOnFailure, by, reason } = completed;
  return {
    target,
    artifacts: toArtifacts(artifact),
    fileName,
    images: toImages(completed),
    base: toBase(completed),
    force: isForced(completed),
    tasks: chooseTasks(completed, config, stage),
    skippedTasks: listSkippedTasks(config, stage, target, completed),
    timeoutMinutes,
    bakeMinutes,
    rollBackOnFailure,
    by,
    reason,
  };
}
