import * as z from 'zod';
import { stageProgressSchema } from '../core/model/stage-progress.ts';
import { rolloutSchema, targetSchema } from '../core/model/state-schemas.ts';
import { jsonTextSchema } from '../core/parsing/validation.ts';

const warningsSchema = z.array(z.string()).default([]);

/** The part of an execution's state data that a watcher reads. It fits both state machines and every state. */
const watchedDataSchema = z.object({
  release: z
    .object({ target: targetSchema, bakeMinutes: z.number().optional(), warnings: warningsSchema })
    .optional()
    .catch(undefined),
  lease: z.object({ warning: z.string().optional(), holder: z.string().optional() }).optional().catch(undefined),
  decision: z.object({ do: z.string().optional(), reason: z.string() }).optional().catch(undefined),
  plan: z
    .object({
      before: z.object({ taskDefinition: z.string() }),
      alarms: z.object({ watched: z.array(z.string()) }).optional(),
      warnings: warningsSchema,
    })
    .optional()
    .catch(undefined),
  revision: z
    .object({ taskDefinition: z.string(), same: z.boolean(), warnings: warningsSchema })
    .optional()
    .catch(undefined),
  rollout: rolloutSchema.optional().catch(undefined),
  verdict: z
    .object({
      outcome: z.string(),
      reason: z.string().optional(),
      stableAt: z.string().optional(),
      until: z.string().optional(),
      serviceDeploymentArn: z.string().optional(),
      following: rolloutSchema.optional(),
      progress: stageProgressSchema.optional(),
    })
    .optional()
    .catch(undefined),
  rollback: z
    .object({
      sentence: z.string(),
      deploymentId: z.string().optional(),
      deploymentStartedAt: z.string().optional(),
      taskDefinition: z.string().optional(),
    })
    .optional()
    .catch(undefined),
  rollbackOutcome: z
    .object({ sentence: z.string().optional(), serviceDeploymentArn: z.string().optional() })
    .optional()
    .catch(undefined),
  report: z.object({ type: z.string(), message: z.string() }).optional().catch(undefined),
});

export type WatchedData = z.output<typeof watchedDataSchema>;

/** Parses the state data of an execution from JSON text; empty if the text is not valid. */
export const parseWatchedData = (data: string | undefined): WatchedData =>
  jsonTextSchema
    .pipe(watchedDataSchema)
    .catch({})
    .parse(data ?? '{}');
