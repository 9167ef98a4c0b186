import * as z from 'zod';
import { door } from '../aws/lambda.ts';
import { lookAt, lookCloser } from '../aws/rollout.ts';
import { plan, release, rollout } from '../core/model/state-schemas.ts';
import type { Verdict } from '../core/model/states.ts';
import { verdict } from '../core/model/verdict-schemas.ts';
import { slept } from '../core/model/wake-subscription.ts';
import { judge } from '../core/rollout/verdict.ts';
import { wasHeard } from '../core/waiting/subscription.ts';

const event = z.object({
  execution: z.string(),
  input: z.object({ release, rollout, plan: plan.optional(), verdict: verdict.optional(), sleep: slept }),
});

/** State Watch Rollout: one look at our deployment, a closer one where it failed, and what to make of it. */
export const handler = door(event.parse, async ({ execution, input }, { now, logger }): Promise<Verdict> => {
  const last = input.verdict;
  const question = {
    execution,
    now,
    release: input.release,
    rollout: last?.following ?? input.rollout,
    followed: last?.following !== undefined,
    serviceDeploymentArn: last?.serviceDeploymentArn,
    alarms: input.plan?.alarms.watched,
    stableAt: last?.stableAt === undefined ? undefined : new Date(last.stableAt),
    heard: last?.outcome === 'going on' && wasHeard(last, input.sleep),
    for: 'verdict' as const,
  };
  const since = new Date(input.rollout.startedAt);
  const look = await lookAt(question);
  const judged = judge(look, since);
  const explained = judged.outcome === 'failed' ? judge(await lookCloser(question, look), since) : judged;
  logger.info(`The rollout is ${explained.outcome}`, { verdict: explained });
  return explained;
});
