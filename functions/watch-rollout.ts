import * as z from 'zod';
import { door } from '../aws/lambda.ts';
import { lookAt } from '../aws/rollout.ts';
import type { Verdict } from '../core/deployment.ts';
import { release, rollout } from '../core/deployment-schema.ts';
import { judge } from '../core/verdict.ts';
import { verdict } from '../core/verdict-schema.ts';

const event = z.object({ execution: z.string(), input: z.object({ release, rollout, verdict: verdict.optional() }) });

/** State Watch Rollout: one look at our deployment, and what to make of it. */
export const handler = door(event.parse, async ({ execution, input }, { now, logger }): Promise<Verdict> => {
  const last = input.verdict;
  const look = await lookAt({
    execution,
    now,
    release: input.release,
    rollout: last?.following ?? input.rollout,
    followed: last?.following !== undefined,
    serviceDeploymentArn: last?.serviceDeploymentArn,
  });
  const judged = judge(look, new Date(input.rollout.startedAt));
  logger.info(`The rollout is ${judged.outcome}`, { verdict: judged });
  return judged;
});
