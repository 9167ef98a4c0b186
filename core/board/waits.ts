import { parseRevisionName } from '../parsing/arn.ts';
import { calculateBakeTimeEnd } from '../rollout/bake-time.ts';
import { calculateHookStart } from '../rollout/hook-start.ts';
import type { RolloutObservation } from '../rollout/observation.ts';
import { isNewestDeploymentUnfinished } from '../rollout/rolling-out.ts';
import { formatTimeoutAction, formatWaitingHook } from '../rollout/stage-sentences.ts';
import { formatLeaseHolder } from '../service/lease.ts';
import { listTrafficSteps } from '../service/traffic-steps.ts';
import type { CellProgress, CellWait, RevisionShare } from './cell-data.ts';
import type { PendingApproval, ServiceObservation } from './observations.ts';
import { findRunningExecutionData } from './progress.ts';
import { findRunningEntry } from './running.ts';

const waitForApproval = ({ pipeline, stage, action, since, until, readAt }: PendingApproval): CellWait => ({
  for: `approval of the action ${action} in the stage ${stage} of the pipeline ${pipeline}`,
  since,
  until,
  otherwise: until === undefined ? undefined : 'CodePipeline fails the action',
  readAt,
});

function waitForHooks({ progress, serviceDeployment }: RolloutObservation): CellWait[] {
  return (progress?.waiting ?? []).map((hook) => ({
    for: formatWaitingHook({ ...hook, expiresAt: undefined }, progress),
    since: (serviceDeployment && calculateHookStart(hook, serviceDeployment)) ?? progress?.since,
    until: hook.expiresAt,
    otherwise: hook.expiresAt === undefined ? undefined : `ECS ${formatTimeoutAction(hook)}`,
  }));
}

/** Returns what a service waits for: another execution's lease, lifecycle hooks, approvals. */
export function listWaits(observation: ServiceObservation, rollout: RolloutObservation | undefined): CellWait[] {
  const data = findRunningExecutionData(observation);
  const lease = data?.lease?.status === 'waiting' && data.rollout === undefined ? data.lease : undefined;
  return [
    ...(lease === undefined ? [] : [{ for: `the lease: ${formatLeaseHolder(lease.holder)}`, since: lease.since }]),
    ...(rollout === undefined ? [] : waitForHooks(rollout)),
    ...observation.approvals.map(waitForApproval),
  ];
}

function listSteps({ serviceDeployment, progress }: RolloutObservation): CellProgress['steps'] {
  const steps = listTrafficSteps(serviceDeployment?.strategy ?? {});
  if (progress?.stage === undefined || steps.length < 2) return [];
  const baking = progress.bakesUntil === undefined ? 0 : 1;
  const current = progress.stage === 'PRODUCTION_TRAFFIC_SHIFT' ? progress.stepsDone - baking : -1;
  return steps.map((percent, at) => ({
    percent,
    state: at === current ? 'current' : at < progress.stepsDone ? 'done' : 'left',
  }));
}

const gantryBakeEnd = (rollout: RolloutObservation): string | undefined =>
  rollout.stableAt === undefined || rollout.bakeMinutes === 0 ? undefined : calculateBakeTimeEnd(rollout).toISOString();

/** Returns the tasks, the traffic and the steps of a rollout in progress. */
export function createCellProgress(
  observation: ServiceObservation,
  rollout: RolloutObservation,
  waits: CellWait[],
): CellProgress {
  const { progress, service, serviceDeployment } = rollout;
  const isMoving = isNewestDeploymentUnfinished(service) || findRunningEntry(observation) !== undefined;
  const shares = (isMoving ? service.deployments : []).map(({ status, taskDefinition, desired, running, pending }) => ({
    isNew: status === 'PRIMARY',
    share: { revision: parseRevisionName(taskDefinition), desired, running, pending },
  }));
  const [newest] = shares.filter(({ isNew }) => isNew);
  const old: RevisionShare[] = shares.filter(({ isNew }) => !isNew).map(({ share }) => share);
  const [first, ...others] = old;
  return {
    step: findRunningEntry(observation) && observation.execution?.value?.step,
    new: newest && { ...newest.share, traffic: progress?.production },
    old: first === undefined ? [] : [{ ...first, traffic: serviceDeployment?.oldProduction }, ...others],
    stage: progress?.stage,
    steps: listSteps(rollout),
    bakesUntil: progress?.bakesUntil ?? gantryBakeEnd(rollout),
    waits,
    readAt: observation.service.readAt ?? rollout.now.toISOString(),
    problem: observation.execution?.problem ?? observation.deployment?.problem,
  };
}
