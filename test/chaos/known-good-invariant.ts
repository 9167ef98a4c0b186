import { services } from './config.ts';
import { checkEach } from './counts.ts';
import type { PlanRun } from './plan-run.ts';
import { readChaosHistory } from './setup.ts';

/** Whether something explains why a service ended on a revision that never worked. */
const isExplained = (run: PlanRun, index: number): boolean => {
  const { plan, others } = run;
  return (
    (others.foreign.get(index) ?? []).length > 0 ||
    others.emptied.has(index) ||
    others.interrupted.has(index) ||
    plan.deployments.some(({ service, rollBack }, at) => service === index && (!rollBack || others.stopped.has(at)))
  );
};

/**
 * Whether nothing shows Gantry that the service's first revision works: ECS's history begins after its deployment, and a service that shifts traffic has no
 * rollout state.
 */
const isFirstRevisionUnproven = ({ services: planned, answers = [] }: PlanRun['plan'], index: number): boolean => {
  const { shift, history = 'all' } = planned[index]!;
  const hasRolloutState = !answers.some(({ id, answer }) => id === 'rollout-state' && answer === 'absent');
  return shift !== undefined && history !== 'all' && !hasRolloutState;
};

const endedDuring =
  ({ startedAt }: PlanRun) =>
  ({ finishedAt }: { finishedAt?: unknown }): boolean =>
    Number(finishedAt) >= startedAt;

/**
 * A service ends on a known-good revision, because it began on one. Exceptions: RollBackOnFailure is false, somebody else deployed or scaled to zero tasks, or
 * somebody stopped an execution or a deployment in ECS.
 */
export function knownGood(run: PlanRun): string[] {
  if (run.hung !== undefined) return [];
  const unexplained = [...run.after.entries()].filter(([index]) => !isExplained(run, index));
  return checkEach(run, 'services that end on a known-good revision', unexplained, ([index, { taskDefinition }]) => {
    const worked = readChaosHistory(run.stage, index).filter(({ status }) => status === 'SUCCESSFUL');
    const working = worked.map((one) => one.taskDefinition);
    const isNoneProven = isFirstRevisionUnproven(run.plan, index) && !worked.some(endedDuring(run));
    return isNoneProven || working.includes(taskDefinition)
      ? undefined
      : `${services[index]!.target} ends on ${taskDefinition}, which never worked; these did: ${working}`;
  });
}
