import * as z from 'zod';
import config from '#config';
import { door } from '../aws/lambda.ts';
import { lookAtTarget } from '../aws/target.ts';
import { configuredAlarms } from '../core/config/targets.ts';
import { release } from '../core/model/state-schemas.ts';
import type { Plan } from '../core/model/states.ts';
import { planFor } from '../core/service/plan.ts';
import { limitsOf } from '../core/task-definition/limits.ts';
import { inTime, lastTry } from '../core/waiting/deadline.ts';

const what = 'check the target';

const event = z.object({ execution: z.string(), input: z.object({ release }) });

/** State Check Target: all that can be known before anything is touched, and all that is wrong at once. */
export const handler = door(event.parse, async ({ execution, input }, { now, logger }): Promise<Plan> => {
  const { release: asked } = input;
  inTime(asked, now, what);
  const facts = await lookAtTarget(asked, configuredAlarms(config, asked.target), { execution, now }).catch(
    lastTry(asked, now, what),
  );
  const plan = planFor(facts, limitsOf(config, asked.target, process.env.STAGE));
  logger.info(plan.unchanged ? 'Nothing is to do' : 'The target can be deployed to', { plan });
  return plan;
});
