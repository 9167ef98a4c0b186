import * as z from 'zod';
import config from '#config';
import { createLambdaHandler } from '../aws/lambda.ts';
import { addScheduleFacts } from '../aws/schedule-facts.ts';
import { readTargetFacts } from '../aws/target-facts.ts';
import { findPauseHooksSetting, listConfiguredAlarms } from '../core/config/targets.ts';
import { listAllowedImageSources } from '../core/image/sources.ts';
import type { ReleasePlan } from '../core/model/state-data.ts';
import { releaseSchema } from '../core/model/state-schemas.ts';
import { findConfiguredSchedules } from '../core/schedule/rules.ts';
import { planRelease } from '../core/service/plan.ts';
import { getOwnInstallation } from '../core/task-definition/installation.ts';
import { restrictionsForTarget } from '../core/task-definition/restrictions.ts';
import { assertBeforeDeadline, rethrowAsDeadlineFailure } from '../core/waiting/deadline.ts';

const activity = 'check the target';

const eventSchema = z.object({
  execution: z.string(),
  input: z.object({ release: releaseSchema, job: z.object({ id: z.string() }).optional() }),
});

/** State Check Target: checks the target before anything is changed, and reports all problems at once. */
export const handler = createLambdaHandler(
  eventSchema.parse,
  async ({ execution, input }, { now, logger }): Promise<ReleasePlan> => {
    const { release } = input;
    assertBeforeDeadline(release, now, activity);
    const read = await readTargetFacts(release, listConfiguredAlarms(config, release.target), {
      session: { execution, access: 'check target' },
      now,
      jobId: input.job?.id,
      sources: listAllowedImageSources(config, process.env.STAGE),
      installation: getOwnInstallation(config, process.env.STAGE),
    }).catch(rethrowAsDeadlineFailure(release, now, activity));
    const configured = findConfiguredSchedules(config, release.target, process.env.STAGE);
    const reader = { session: { execution, access: 'read schedules' as const }, now };
    const facts = await addScheduleFacts(read, configured, reader).catch(
      rethrowAsDeadlineFailure(release, now, activity),
    );
    const pauseHooks = findPauseHooksSetting(config, release.target, process.env.STAGE);
    const planned = planRelease(
      { ...facts, now, pauseHooks },
      restrictionsForTarget(config, release.target, process.env.STAGE),
    );
    const plan = { ...planned, at: now.toISOString() };
    logger.info(plan.unchanged ? 'Nothing is to do' : 'The target can be deployed to', { plan });
    return plan;
  },
);
