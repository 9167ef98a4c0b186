import * as z from 'zod';
import { logTailSchema } from './log-tail.ts';
import type { ServiceStatus } from './service-status.ts';
import { stageProgressSchema } from './stage-progress.ts';
import type { RollbackActionResult, RollbackCheck, Verdict } from './state-data.ts';
import { leaseStateSchema, planSchema, releaseSchema, rolloutSchema } from './state-schemas.ts';
import type { SupersedingDeployment } from './superseder.ts';
import { tokenRegistrationSchema, wokenSchema } from './wait-plan.ts';

/* Schemas for the state data that the rollout's states wrote. They check only the shape. */

const taskCountFields = { taskDefinition: z.string(), desired: z.number(), running: z.number(), pending: z.number() };

const serviceStatusSchema: z.ZodType<ServiceStatus> = z.object({
  ...taskCountFields,
  deployments: z.array(z.object(taskCountFields)).optional(),
});

const rolloutProgressFields = {
  serviceStatus: serviceStatusSchema,
  serviceDeploymentArn: z.string().optional(),
  following: rolloutSchema.optional(),
  stableAt: z.iso.datetime({ offset: true }).optional(),
  desiredAtStable: z.number().optional(),
  progress: stageProgressSchema.optional(),
  pausedAt: z.iso.datetime({ offset: true }).optional(),
  historyReadAt: z.iso.datetime({ offset: true }).optional(),
  warnings: z.array(z.string()).optional(),
};

const waitPlanFields = {
  waitSeconds: z.number(),
  recheckSeconds: z.number().optional(),
  subscription: tokenRegistrationSchema.optional(),
};

const failedVerdictSchema = z.object({
  ...rolloutProgressFields,
  outcome: z.literal('failed'),
  reason: z.string(),
  rollBack: z.enum(['ecs', 'gantry', 'none']),
  late: z.boolean().optional(),
  at: z.iso.datetime({ offset: true }),
  undecided: z.literal(true).optional(),
  log: logTailSchema.optional(),
  next: z.lazy(() => rollbackCheckSchema).optional(),
});

const supersedingDeploymentSchema: z.ZodType<SupersedingDeployment> = z.object({
  deploymentId: z.string(),
  taskDefinition: z.string(),
  execution: z.string().optional(),
});

export const verdictSchema: z.ZodType<Verdict> = z.discriminatedUnion('outcome', [
  z.object({
    ...rolloutProgressFields,
    ...waitPlanFields,
    outcome: z.literal('going on'),
    ecsRollsBack: z.boolean().optional(),
    until: z.iso.datetime({ offset: true }).optional(),
    pauseReport: z.string().optional(),
  }),
  z.object({ ...rolloutProgressFields, outcome: z.literal('stable') }),
  z.object({
    ...rolloutProgressFields,
    outcome: z.literal('superseded'),
    reason: z.string(),
    by: supersedingDeploymentSchema,
  }),
  failedVerdictSchema,
]);

export const rollbackActionResultSchema: z.ZodType<RollbackActionResult> = z.object({
  did: z.enum(['stopped', 'updated', 'nothing']),
  sentence: z.string(),
  at: z.iso.datetime({ offset: true }).optional(),
  deploymentId: z.string().optional(),
  deploymentStartedAt: z.iso.datetime({ offset: true }).optional(),
  taskDefinition: z.string().optional(),
  next: z.lazy(() => rollbackCheckSchema).optional(),
  warnings: z.array(z.string()).optional(),
});

const rollbackProgressFields = {
  serviceStatus: serviceStatusSchema,
  due: z.boolean().optional(),
  sentence: z.string().optional(),
  serviceDeploymentArn: z.string().optional(),
  historyReadAt: z.iso.datetime({ offset: true }).optional(),
};

export const rollbackCheckSchema: z.ZodType<RollbackCheck> = z.discriminatedUnion('outcome', [
  z.object({ ...waitPlanFields, ...rollbackProgressFields, outcome: z.literal('going on') }),
  z.object({ ...rollbackProgressFields, outcome: z.literal('retry') }),
  z.object({
    outcome: z.literal('settled'),
    back: z.boolean(),
    sentence: z.string(),
    serviceStatus: serviceStatusSchema,
    supersededBy: supersedingDeploymentSchema.optional(),
  }),
]);

/** A caught error as Step Functions passes it on: its name and, if a function failed, a JSON text with errorMessage. */
export const caughtErrorSchema = z.object({ Error: z.string(), Cause: z.string().default('') });

/** The event of the states that come after a failed verdict. */
export const failedRolloutEventSchema = z.object({
  execution: z.string(),
  started: z.iso.datetime({ offset: true }).optional(),
  retries: z.number().default(0),
  input: z.object({
    release: releaseSchema,
    plan: planSchema,
    rollout: rolloutSchema,
    verdict: failedVerdictSchema,
    /** The decision, in an execution of `rollback`. */
    decision: z.object({ do: z.enum(['nothing', 'stop', 'revision']), revision: z.string().optional() }).optional(),
    rollback: rollbackActionResultSchema.optional(),
    /** The result of the last check, and how the wait since then ended. */
    rollbackOutcome: rollbackCheckSchema.optional(),
    sleep: wokenSchema,
    lease: leaseStateSchema.optional(),
    /** Present if a pipeline waits for the result. */
    job: z.unknown().optional(),
    /** Present once the result was reported. */
    report: z.unknown().optional(),
  }),
});
