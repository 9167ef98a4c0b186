import fc from 'fast-check';
import { selectAnswers } from '../../local/assumptions/answers.ts';
import { formatFault } from '../../local/faults/fault.ts';
import { createSystemFactory, type InProcessSystem, type SystemFactory } from '../../local/run/in-process-system.ts';
import { plans } from './arbitrary.ts';
import { configFor } from './config.ts';
import { addCounts, type Counts } from './counts.ts';
import { findViolations } from './invariants.ts';
import { type ChaosPlan, deploymentLabel } from './plan.ts';
import { runPlan } from './run-plan.ts';

const loaded = new Map<string, Promise<SystemFactory>>();

/** Creates a system for a plan, woken by events or polling. */
export async function createSystem({ polling = false, tasks, answers = [] }: ChaosPlan): Promise<InProcessSystem> {
  const key = `${polling} ${tasks !== undefined}`;
  const next = loaded.get(key) ?? createSystemFactory(configFor({ polling, tasks }));
  loaded.set(key, next);
  return (await next)('chaos', selectAnswers(...answers));
}

/** Runs a plan in its own system; returns the violated invariants. Adds the numbers of events and checks to `counts`. */
export async function findProblems(plan: ChaosPlan, counts: Counts = new Map()): Promise<string[]> {
  const stage = await createSystem(plan);
  try {
    const run = await runPlan(stage, plan);
    const problems = await findViolations(run);
    addCounts(counts, run.counts);
    return problems;
  } finally {
    await stage.stop();
  }
}

const formatShift = (shift: ChaosPlan['services'][number]['shift']): string =>
  shift === undefined
    ? ''
    : `, ${shift.strategy} with a bake time of ${shift.bakeMinutes} min${shift.hooks
        .map(
          ({ type, stage, answer, timeoutMinutes, action }) =>
            `, ${type} at ${stage}: ${answer} (${action} after ${timeoutMinutes} min)`,
        )
        .join('')}`;

/** Formats a plan for people. */
export const formatPlan = ({
  services,
  deployments,
  acts = [],
  faults,
  answers = [],
  polling,
  tasks,
}: ChaosPlan): string =>
  [
    ...Object.entries(tasks ?? {}).map(([name, kind]) => `the task ${name}: ${kind}`),
    ...services.map(
      ({ breaker, desired, alarm, history, shift }, index) =>
        `service ${index}: circuit breaker ${breaker}, ${desired} tasks, alarm ${alarm}, history ${history}${formatShift(shift)}`,
    ),
    ...deployments.map(
      ({ service, by, container, image, after, timeoutMinutes, rollBack }, index) =>
        `${deploymentLabel(index)}: ${image} for ${container} of service ${service} by ${by} after ${after} s, ${timeoutMinutes} min${rollBack ? '' : ', no rollback'}`,
    ),
    ...acts.map(({ act, after }) => `somebody does ${act} after ${after} s`),
    ...faults.map(formatFault),
    ...answers.map(({ id, answer }) => `assumption ${id} = ${answer}`),
    ...(polling ? ['rollouts are polled'] : []),
  ].join('\n');

export interface FailingPlan {
  seed: number;
  path: string;
  runs: number;
  plan: ChaosPlan;
  problems: string[];
}

/** Runs random plans from a seed. Returns the smallest plan that fails, with its seed and path to replay it; undefined if none fails. */
export async function searchFailingPlan(search: {
  seed: number;
  runs: number;
  path?: string | undefined;
  counts?: Counts;
}): Promise<FailingPlan | undefined> {
  const property = fc.asyncProperty(plans, async (plan) => {
    const problems = await findProblems(plan, search.counts);
    if (problems.length > 0) throw new Error(problems.join('\n'));
  });
  const { seed, runs: numRuns, path } = search;
  const result = await fc.check(property, { seed, numRuns, ...(path === undefined ? {} : { path }) });
  if (!result.failed) return undefined;
  const [plan] = result.counterexample ?? [];
  if (plan === undefined) throw new Error(`chaos stopped after ${result.numRuns} runs without a counterexample`);
  const problems = String(
    result.errorInstance instanceof Error ? result.errorInstance.message : result.errorInstance,
  ).split('\n');
  return { seed, path: result.counterexamplePath ?? '', runs: result.numRuns, plan, problems };
}
