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

/** State Check Target: finds everything that can be wrong before anything is changed, and reports all of it at once. */
export const handler = lambdaHandler(
  eventSchema.parse,
  async ({ execution, input }, { now, logger }): Promise<ReleasePlan> => {
    const { release } = input;
    assertBeforeDeadline(release, now, activity);
    const facts = await readTargetFacts(release, configuredAlarms(config, release.target), {
      execution,
      now,
      jobId: input.job?.id,
    }).catch(stopRetryingNearDeadline(release, now, activity));
    const planned = planRelease(facts, restrictionsFor(config, release.target, process.env.STAGE));
    const plan = { ...planned, at: now.toISOString() };
    logger.info(plan.unchanged ? 'Nothing is to do' : 'The target can be deployed to', { plan });
    return plan;
  },
);
