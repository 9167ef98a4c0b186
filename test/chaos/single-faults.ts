import { selectAnswers } from '../../local/assumptions/answers.ts';
import type { CallFault, CallFaultKind } from '../../local/faults/fault.ts';
import { createSystemFactory, type SystemFactory } from '../../local/run/in-process-system.ts';
import { config, configFor } from './config.ts';
import { findViolations } from './invariants.ts';
import { type ChaosPlan, deploymentLabel } from './plan.ts';
import { runPlan } from './run-plan.ts';

export const disruptiveFaults = ['lost before', 'lost after', 'killed before', 'killed after'] as const;

/** The nth call of an operation by a function during a deployment. */
export interface DeploymentCall {
  function: string;
  call: string;
  nth: number;
}

/** Repeated checks and polls are alike, so only the first two of each are tested. */
const maxPerCall = 2;

/** Lists all calls that a plan's first deployment makes without faults, in order. */
export async function listDeploymentCalls(plan: ChaosPlan): Promise<DeploymentCall[]> {
  const { next } = await ready(plan);
  const stage = await next('walk', selectAnswers(...(plan.answers ?? [])));
  const run = await runPlan(stage, plan, true);
  await stage.stop();
  const counts = new Map<string, number>();
  return run.effects
    .flatMap(({ service, operation, by }) => {
      if (by === undefined) return [];
      const name = by.name.replace('shop-production-', '');
      const key = `${service} ${operation} ${name}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return [{ function: by.name, call: `${service} ${operation}`, nth: counts.get(key)! }];
    })
    .filter(({ nth }) => nth <= maxPerCall);
}

/** Runs the plan with a fault at this call; returns the violated invariants and how the deployment ended. */
export async function findProblemsWithFault(
  plan: ChaosPlan,
  step: DeploymentCall,
  what: CallFaultKind,
): Promise<{ problems: string[]; ended: string }> {
  const { next } = await ready(plan);
  const fault: CallFault = { to: 'call', words: [step.call, step.function], nth: step.nth, times: 1, what };
  const stage = await next('walk', selectAnswers(...(plan.answers ?? [])));
  const run = await runPlan(stage, { ...plan, faults: [fault] });
  const problems = await findViolations(run);
  const admin = stage.admin(config.build.account);
  const executionArn = run.executions.get(0)?.at(-1);
  const found = executionArn && (await admin('states', 'DescribeExecution', { executionArn }));
  await stage.stop();
  return {
    problems,
    ended: (found as { status: string } | undefined)?.status ?? `${deploymentLabel(0)} did not start`,
  };
}

const loaded = new Map<boolean, Promise<SystemFactory>>();

const ready = async ({ tasks }: ChaosPlan) => {
  const next = loaded.get(tasks !== undefined) ?? createSystemFactory(configFor({ tasks }));
  loaded.set(tasks !== undefined, next);
  return { next: await next };
};
