import * as z from 'zod';
import type { Release, Target } from './release.ts';
import { releaseTasksSchema } from './release-task.ts';
import { scheduledTaskSchema } from './scheduled-task.ts';
import type { LeaseState, RegisteredRevision, ReleasePlan, Rollout } from './state-data.ts';

/*
 * Schemas for the types of core/model/state-data.ts in a state's event. They check only the shape, because Gantry itself wrote these data. Read Images has
 * validated the input of people.
 */

/** A text with a lone surrogate cannot be part of a URL (the SDK's encodeURIComponent throws). */
const textSchema = z
  .string()
  .min(1)
  .refine((value) => value.isWellFormed(), 'must be a text');

export const targetSchema: z.ZodType<Target> = z.object({
  name: z.string().optional(),
  roleArn: z.string(),
  externalId: z.string().optional(),
  region: z.string().regex(/^[a-z]{2}(?:-[a-z]{2,16}){1,3}-\d$/, 'must be a Region'),
  cluster: z.string(),
  service: z.string(),
});

const artifactSchema = z.object({
  name: z.string().optional(),
  bucket: z.string().min(1),
  key: textSchema,
  versionId: textSchema.optional(),
  sha256: z.string().optional(),
});

const imagesSchema = z.array(
  z.object({
    name: z.string(),
    imageUri: z.string(),
    pinned: z.string(),
    platforms: z.array(z.string()).optional(),
  }),
);

const baseSchema = z.discriminatedUnion('from', [
  z.object({ from: z.enum(['service', 'latest']) }),
  z.object({
    from: z.literal('file'),
    path: z.string(),
    artifact: artifactSchema.optional(),
    images: imagesSchema.optional(),
  }),
  z.object({ from: z.literal('revision'), taskDefinition: z.string() }),
]);

export const releaseSchema: z.ZodType<Release> = z.object({
  target: targetSchema,
  images: imagesSchema,
  base: baseSchema,
  artifact: artifactSchema.optional(),
  force: z.boolean(),
  rollBackOnFailure: z.boolean(),
  deadline: z.iso.datetime({ offset: true }),
  bakeMinutes: z.number().default(0),
  woken: z.boolean().default(false),
  by: z.string().optional(),
  reason: z.string().optional(),
  tasks: releaseTasksSchema.optional(),
  skippedTasks: z.array(z.string()).optional(),
  warnings: z.array(z.string()),
});

export const planSchema: z.ZodType<ReleasePlan> = z.object({
  at: z.iso.datetime({ offset: true }).optional(),
  before: z.object({
    taskDefinition: z.string(),
    deploymentId: z.string(),
    startedAt: z.iso.datetime({ offset: true }).optional(),
    knownGood: z.boolean().optional(),
  }),
  baseTaskDefinition: z.string().optional(),
  images: imagesSchema.optional(),
  unchanged: z.boolean(),
  alarms: z
    .object({ watched: z.array(z.string()), ignored: z.array(z.string()) })
    .default({ watched: [], ignored: [] }),
  warnings: z.array(z.string()),
  schedules: z.array(scheduledTaskSchema).optional(),
});

export const revisionSchema: z.ZodType<RegisteredRevision> = z.object({
  taskDefinition: z.string(),
  same: z.boolean(),
  warnings: z.array(z.string()).optional(),
});

export const rolloutSchema: z.ZodType<Rollout> = z.object({
  deploymentId: z.string(),
  taskDefinition: z.string(),
  startedAt: z.iso.datetime({ offset: true }),
});

const retryWait = { retrySeconds: z.number().optional() };

/** `$.lease` in a later state's event. */
export const leaseStateSchema: z.ZodType<LeaseState> = z.discriminatedUnion('status', [
  z.object({ status: z.literal('held'), fence: z.number(), until: z.iso.datetime({ offset: true }), ...retryWait }),
  z.object({
    status: z.literal('waiting'),
    holder: z.string(),
    since: z.iso.datetime({ offset: true }),
    waitSeconds: z.number(),
    ...retryWait,
  }),
  z.object({ status: z.literal('none'), warning: z.string(), ...retryWait }),
]);
