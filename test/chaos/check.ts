import fc from 'fast-check';
import { named } from '../../local/faults/fault.ts';
import { type Stage, stages } from '../../local/run/stage.ts';
import { plans } from './arbitrary.ts';
import { config, silent } from './config.ts';
import { violations } from './invariants.ts';
import { labelOf, type Plan } from './plan.ts';
import { play } from './play.ts';

const loaded = new Map<boolean, Promise<(seed: string) => Promise<Stage>>>();

/** A system for a plan: woken by events, or polling. */
export async function stageFor({ polling = false }: Plan): Promise<Stage> {
  const next = loaded.get(polling) ?? stages(polling ? silent : config);
  loaded.set(polling, next);
  return (await next)('chaos');
}

/** Plays a plan in a system of its own; answers what does not hold. */
export async function problemsOf(plan: Plan): Promise<string[]> {
  const stage = await stageFor(plan);
  try {
    return await violations(await play(stage, plan));
  } finally {
    await stage.stop();
  }
}

/** A plan for a person to read. */
export const told = ({ services, deployments, faults, nonceOnce, polling }: Plan): string =>
  [
    ...services.map(({ breaker, desired }, index) => `service ${index}: circuit breaker ${breaker}, ${desired} tasks`),
    ...deployments.map(
      ({ service, by, container, image, after, timeoutMinutes, rollBack }, index) =>
        `${labelOf(index)}: ${image} for ${container} of service ${service} by ${by} after ${after} s, ${timeoutMinutes} min${rollBack ? '' : ', no rollback'}`,
    ),
    ...faults.map(named),
    ...(nonceOnce ? ['a nonce is taken once'] : []),
    ...(polling ? ['rollouts are polled'] : []),
  ].join('\n');

export interface Found {
  seed: number;
  path: string;
  runs: number;
  plan: Plan;
  problems: string[];
}

/** Plays so many random plans from a seed on; answers the smallest that fails, with what replays it, or nothing. */
export async function chaos(asked: {
  seed: number;
  runs: number;
  path?: string | undefined;
}): Promise<Found | undefined> {
  const property = fc.asyncProperty(plans, async (plan) => {
    const problems = await problemsOf(plan);
    if (problems.length > 0) throw new Error(problems.join('\n'));
  });
  const { seed, runs: numRuns, path } = asked;
  const result = await fc.check(property, { seed, numRuns, ...(path === undefined ? {} : { path }) });
  if (!result.failed) return undefined;
  const [plan] = result.counterexample ?? [];
  if (plan === undefined) throw new Error(`chaos stopped after ${result.numRuns} runs without a counterexample`);
  const problems = String(
    result.errorInstance instanceof Error ? result.errorInstance.message : result.errorInstance,
  ).split('\n');
  return { seed, path: result.counterexamplePath ?? '', runs: result.numRuns, plan, problems };
}
