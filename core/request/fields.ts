import * as z from 'zod';
import { deploymentRoleArn, memoizeByStage } from '../config/targets.ts';
import type { ImageDefinition } from '../image/definitions.ts';
import type { InputArtifact, Target, TaskDefinitionBase } from '../model/release.ts';
import type { ReleaseTasks } from '../model/release-task.ts';
import { escapeUnprintable } from '../parsing/display-text.ts';
import { findPathError, normalizePath } from '../parsing/file-path.ts';
import { createNameOrArnSchema } from './ecs-arn.ts';
import type { PipelineJob } from './job.ts';

/** A validated request, from the pipeline or manual, with every default filled in. */
export interface DeployRequest {
  target: Target;
  /** The input artifacts, one of which contains the files. Empty if the input gives the images, or if the running revision is deployed again. */
  artifacts: InputArtifact[];
  /** The file that lists the images. */
  fileName: string;
  /** The images of a manual input without an artifact. An empty list means that the running revision is deployed again. */
  images?: ImageDefinition[] | undefined;
  base: TaskDefinitionBase;
  force: boolean;
  timeoutMinutes: number;
  bakeMinutes: number;
  rollBackOnFailure: boolean;
  /** The person who started the request manually, and the reason. */
  by?: string | undefined;
  reason?: string | undefined;
  job?: PipelineJob | undefined;
  /** The tasks of the release; absent if it has none. */
  tasks?: ReleaseTasks | undefined;
  /** The names of the pre-deploy tasks that a person skips. */
  skippedTasks?: string[] | undefined;
  /** Warnings for the user about the request itself. */
  warnings?: string[] | undefined;
  /** The key that the pipeline declares for its artifacts. An object can be encrypted with another key. */
  encryptionKey?: string | undefined;
}

/** The longest deployment, in minutes: a custom action ends after 24 h in any case (CodePipeline quotas). */
export const maxDeploymentMinutes = 1440;
export const defaultTimeoutMinutes = 60;
export const defaultImageDefinitionsFile = 'imagedefinitions.json';

/** The message for an input that is not an object: the Start execution dialog of the console accepts any JSON. */
export const mustBeObjectMessage = 'must be a JSON object';

/** Roles that Gantry can assume: only the roles of the configured targets, so that an input cannot make Gantry assume a role in a foreign account. */
const roleArnSchema = (roles: string[]) =>
  z
    .string(`must be the ARN of a target's role, such as ${roles[0]}`)
    .refine((arn) => roles.includes(arn), `must be the role of a target in gantry.config.ts (${roles.join(', ')})`);

const minutesMessage = `must be a whole number of minutes from 1 to ${maxDeploymentMinutes}`;
const minutesSchema = z.int(minutesMessage).min(1, minutesMessage).max(maxDeploymentMinutes, minutesMessage);

const bakeMinutesMessage = `must be a whole number of minutes from 0 to ${maxDeploymentMinutes}`;
const bakeMinutesSchema = z
  .int(bakeMinutesMessage)
  .min(0, bakeMinutesMessage)
  .max(maxDeploymentMinutes, bakeMinutesMessage);

/** Whether a rollout and the bake time after it end within the 24 h of a custom action. */
export const isWithinDayLimit = (timeoutMinutes: number, bakeMinutes: number): boolean =>
  timeoutMinutes + bakeMinutes <= maxDeploymentMinutes;
export const dayLimitMessage = `must leave room for the time-out: both together are at most ${maxDeploymentMinutes} minutes`;

/** Accepts only names of S3 buckets: no ARN of an access point, no host of another service (S3 user guide, bucketnamingrules). */
const bucketMessage = 'must be the name of a bucket';
const keyMessage = 'must be the key of an object, 1-1024 characters';
const s3ObjectFields = {
  bucket: z.string(bucketMessage).regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, bucketMessage),
  key: z
    .string(keyMessage)
    .min(1, keyMessage)
    .max(1024, keyMessage)
    .refine((key) => key.isWellFormed(), keyMessage),
};

const filePathMessage = 'must be the path of a file in the artifact';
const filePathSchema = z
  .string(filePathMessage)
  .superRefine((path, context) => {
    const error = findPathError(path);
    if (error !== undefined) context.addIssue(`${filePathMessage}, but ${error}`);
  })
  .transform(normalizePath);

const baseMessage = 'must be empty (the revision that runs), "latest", or the path of a file in the artifact';
const baseSchema = z.string(baseMessage).transform((text, context): TaskDefinitionBase => {
  if (text === '') return { from: 'service' };
  if (text === 'latest') return { from: 'latest' };
  const error = findPathError(text);
  if (error !== undefined) context.addIssue(`${baseMessage}, but ${error}`);
  return { from: 'file', path: normalizePath(text) };
});

const revisionMessage = 'must be a revision such as web:12, or its ARN';

const boundedTextSchema = (longestText: number) => {
  const must = `must be a text of 1 to ${longestText} characters`;
  return z.string(must).min(1, must).max(longestText, must).transform(escapeUnprintable);
};

const externalIdMessage = 'must be 2-1224 letters, digits or +=,.@:/- (what the role asks for)';
const booleanMessage = 'must be true or false';

/** The fields of a request, each with the sentence that says what it must be. The roles come from the configuration. */
export const requestFieldSchemas = memoizeByStage((config, stage) => ({
  roleArn: roleArnSchema([...new Set(config.targets.map((target) => deploymentRoleArn(target, stage)))]),
  region: z.string('must be a Region').regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'must be a Region, such as eu-west-1'),
  object: s3ObjectFields,
  versionId: s3ObjectFields.key.optional(),
  cluster: createNameOrArnSchema('cluster', 'must be the name or ARN of the ECS cluster'),
  service: createNameOrArnSchema('service', 'must be the name or ARN of the ECS service'),
  externalId: z.string(externalIdMessage).regex(/^[\w+=,.@:/-]{2,1224}$/, externalIdMessage),
  file: filePathSchema,
  fileName: filePathSchema.default(defaultImageDefinitionsFile),
  base: baseSchema.default({ from: 'service' }),
  minutes: minutesSchema,
  minutesText: z
    .string()
    .regex(/^\d+$/, minutesMessage)
    .transform(Number)
    .pipe(minutesSchema)
    .default(defaultTimeoutMinutes),
  bake: bakeMinutesSchema,
  bakeText: z.string().regex(/^\d+$/, bakeMinutesMessage).transform(Number).pipe(bakeMinutesSchema).default(0),
  revision: createNameOrArnSchema('task-definition', revisionMessage).optional(),
  by: boundedTextSchema(256).optional(),
  reason: boundedTextSchema(1000).optional(),
  rollBack: z.boolean(booleanMessage).default(true),
  flag: z.boolean(booleanMessage).optional(),
  rollBackText: z
    .enum(['true', 'false'], booleanMessage)
    .default('true')
    .transform((text) => text === 'true'),
}));
