import { selectAnswers } from '../../local/assumptions/answers.ts';
import type { CallFault, CallFaultKind } from '../../local/faults/fault.ts';
import { createSystemFactory, type SystemFactory } from '../../local/run/in-process-system.ts';
import { config } from './config.ts';
import { findViolations } from './invariants.ts';
import { type ChaosPlan, deploymentLabel } from './plan.ts';
import { runPlan } from './run-plan.ts';

export const disruptiveFaults = ['lost before', 'lost after', 'killed before', 'killed after'] as const;

/** One call of a deployment: which of its functions makes it, and the how-manieth of its kind it is. */
export interface DeploymentCall {
  function: string;
  call: string;
  nth: number;
}

/** Looks and polls that come again are like the ones before: of each the first two are enough. */
const repeated = 2;

/** All calls that a plan's first deployment makes when nothing goes wrong, in order. */
export async function listDeploymentCalls(plan: ChaosPlan): Promise<DeploymentCall[]> {
  const { next } = await ready();
  const stage = await next('walk', selectAnswers(...(plan.answers ?? [])));
  const played = await runPlan(stage, plan, true);
  await stage.stop();
  const counts = new Map<string, number>();
  return played.effects
    .flatMap(({ service, operation, by }) => {
      if (by === undefined) return [];
      const name = by.name.replace('shop-production-', '');
      const key = `${service} ${operation} ${name}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return [{ function: by.name, call: `${service} ${operation}`, nth: counts.get(key)! }];
    })
    .filter(({ nth }) => nth <= repeated);
}

/** Plays the plan with this one call in trouble; answers what does not hold, and how the deployment ended. */
export async function findProblemsWithFault(
  plan: ChaosPlan,
  step: DeploymentCall,
  what: CallFaultKind,
): Promise<{ problems: string[]; ended: string }> {
  const { next } = await ready();
  const fault: CallFault = { to: 'call', words: [step.call, step.function], nth: step.nth, times: 1, what };
  const stage = await next('walk', selectAnswers(...(plan.answers ?? [])));
  const played = await runPlan(stage, { ...plan, faults: [fault] });
  const problems = await findViolations(played);
  const admin = stage.admin(config.build.account);
  const executionArn = played.executions.get(0)?.at(-1);
  const found = executionArn && (await admin('states', 'DescribeExecution', { executionArn }));
  await stage.stop();
  return {
    problems,
    ended: (found as { status: string } | undefined)?.status ?? `${deploymentLabel(0)} did not start`,
  };
}

let loaded: Promise<SystemFactory> | undefined;

const ready = async () => {
  loaded ??= createSystemFactory(config);
  return { next: await loaded };
};
