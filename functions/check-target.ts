import * as z from 'zod';
import config from '#config';
import { lambdaHandler } from '../aws/lambda.ts';
import { readTargetFacts } from '../aws/target-facts.ts';
import { configuredAlarms } from '../core/config/targets.ts';
import type { ReleasePlan } from '../core/model/state-data.ts';
import { releaseSchema } from '../core/model/state-schemas.ts';
import { planRelease } from '../core/service/plan.ts';
import { restrictionsFor } from '../core/task-definition/restrictions.ts';
import { assertBeforeDeadline, stopRetryingNearDeadline } from '../core/waiting/deadline.ts';

const activity = 'check the target';

const eventSchema = z.object({
  execution: z.string(),
  input: z.object({ release: releaseSchema, job: z.object({ id: z.string() }).optional() }),
});

/** State Check Target: all that can be known before anything is touched, and all that is wrong at once. */
export const handler = lambdaHandler(
  eventSchema.parse,
  async ({ execution, input }, { now, logger }): Promise<ReleasePlan> => {
    const { release: asked } = input;
    assertBeforeDeadline(asked, now, activity);
    const facts = await readTargetFacts(asked, configuredAlarms(config, asked.target), {
      execution,
      now,
      jobId: input.job?.id,
    }).catch(stopRetryingNearDeadline(asked, now, activity));
    const planned = planRelease(facts, restrictionsFor(config, asked.target, process.env.STAGE));
    const plan = { ...planned, at: now.toISOString() };
    logger.info(plan.unchanged ? 'Nothing is to do' : 'The target can be deployed to', { plan });
    return plan;
  },
);
