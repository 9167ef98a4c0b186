import * as z from 'zod';
import { door } from '../aws/lambda.ts';
import { lookAtTarget } from '../aws/target.ts';
import type { Plan } from '../core/deployment.ts';
import { release } from '../core/deployment-schema.ts';
import { planFor } from '../core/target.ts';

const event = z.object({ execution: z.string(), input: z.object({ release }) });

/** State Check Target: all that can be known before anything is touched, and all that is wrong at once. */
export const handler = door(event.parse, async ({ execution, input }, { now, logger }): Promise<Plan> => {
  const plan = planFor(await lookAtTarget(input.release, execution, now));
  logger.info(plan.unchanged ? 'Nothing is to do' : 'The target can be deployed to', { plan });
  return plan;
});
