import * as z from 'zod';
import { leasing, plan, release, rollout } from './state-schemas.ts';
import type { Aftermath, RollBack, Standing, Verdict } from './states.ts';
import { listening, slept } from './wake-subscription.ts';

/* What the rollout's states left in the state's data, checked for shape as it comes back. */

const standing: z.ZodType<Standing> = z.object({
  taskDefinition: z.string(),
  desired: z.number(),
  running: z.number(),
  pending: z.number(),
});

const watched = {
  standing,
  serviceDeploymentArn: z.string().optional(),
  following: rollout.optional(),
  stableAt: z.iso.datetime().optional(),
};

const away = { waitSeconds: z.number(), news: listening.optional() };

const failed = z.object({
  ...watched,
  outcome: z.literal('failed'),
  reason: z.string(),
  rollBack: z.enum(['ecs', 'gantry', 'none']),
  at: z.iso.datetime(),
});

export const verdict: z.ZodType<Verdict> = z.discriminatedUnion('outcome', [
  z.object({ ...watched, ...away, outcome: z.literal('going on') }),
  z.object({ ...watched, outcome: z.literal('stable') }),
  z.object({
    ...watched,
    outcome: z.literal('superseded'),
    reason: z.string(),
    by: z.object({ deploymentId: z.string(), taskDefinition: z.string() }),
  }),
  failed,
]);

export const rollBack: z.ZodType<RollBack> = z.object({
  did: z.enum(['stopped', 'updated', 'nothing']),
  sentence: z.string(),
  deploymentId: z.string().optional(),
});

export const aftermath: z.ZodType<Aftermath> = z.discriminatedUnion('outcome', [
  z.object({ ...away, outcome: z.literal('going on'), standing }),
  z.object({ outcome: z.literal('settled'), back: z.boolean(), sentence: z.string(), standing }),
]);

/** A caught error as Step Functions hands it on: a name, and of a function's error the JSON text with errorMessage. */
export const caught = z.object({ Error: z.string(), Cause: z.string().default('') });

/** The event of the states that come after a failed verdict. */
export const failedRollout = z.object({
  execution: z.string(),
  input: z.object({
    release,
    plan,
    rollout,
    verdict: failed,
    rollback: rollBack.optional(),
    /** The last look's, and how the wait since then ended. */
    standing: aftermath.optional(),
    sleep: slept,
    lease: leasing.optional(),
    /** Present where a pipeline waits. */
    job: z.unknown().optional(),
  }),
});
