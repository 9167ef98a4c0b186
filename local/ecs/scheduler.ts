import { now } from './arns.ts';
import { assignFields } from './assign-fields.ts';
import { addServiceEvent } from './events.ts';
import { failIfNeeded } from './fail-if-needed.ts';
import { advanceRollout } from './native-scheduler.ts';
import { planTaskChanges, type SchedulerDecision } from './plan-task-changes.ts';
import { isLive, startTasks, stopTasks } from './scale-tasks.ts';
import { deploymentTasks } from './service-view.ts';
import { settleService } from './settle-service.ts';
import type { Ecs, EcsDeployment, EcsService, EcsTask } from './state.ts';

const liveCounts = (tasks: EcsTask[]) => ({ live: tasks.length, healthy: tasks.filter((task) => task.healthy).length });

/** Removes replaced deployments from the list when their last task has stopped. */
const dropDrainedDeployments = (service: EcsService): void => {
  service.deployments = service.deployments.filter(
    (each) => each.status === 'PRIMARY' || deploymentTasks(each).length > 0,
  );
};

const markInProgress = (ecs: Ecs, { serviceDeployment }: EcsDeployment): void => {
  if (serviceDeployment.status === 'PENDING')
    assignFields(serviceDeployment, { status: 'IN_PROGRESS', startedAt: now(ecs), updatedAt: now(ecs) });
};

const blockedMessage =
  'was unable to stop or start tasks during a deployment because of the service deployment configuration. ' +
  'Update the minimumHealthyPercent or maximumPercent value and try again.';

function applyDecision(
  ecs: Ecs,
  primary: EcsDeployment,
  tasks: { own: EcsTask[]; others: EcsTask[] },
  moves: SchedulerDecision,
): void {
  const { service } = primary.serviceDeployment;
  const healthy = tasks.others.filter((task) => task.healthy);
  const unhealthy = tasks.others.filter((task) => !task.healthy);
  // If the deployment has too many tasks, the newest stop first, because they have done the least work.
  const surplus = moves.stopPrimary === 0 ? [] : tasks.own.slice(-moves.stopPrimary);
  stopTasks(ecs, primary, [...healthy.slice(0, moves.stopOthers.healthy), ...unhealthy, ...surplus]);
  if (moves.start > 0) startTasks(ecs, primary, moves.start);
  if (moves.start + moves.stopPrimary + moves.stopOthers.healthy > 0) service.steadyStateAnnounced = false;
  if (moves.blocked && !service.events[0]?.message.endsWith(blockedMessage))
    addServiceEvent(ecs, service, blockedMessage);
}

/** Starts and stops a service's tasks towards the desired state, as far as the percentages allow. Leaves a failed deployment unchanged. */
function adjustTasks(ecs: Ecs, service: EcsService, primary: EcsDeployment): void {
  if (primary.rolloutState === 'FAILED' && service.status === 'ACTIVE') return;
  const all = [...service.tasks].filter(isLive);
  const own = all.filter((task) => task.deployment === primary);
  const others = all.filter((task) => task.deployment !== primary);
  const { minimumHealthyPercent = 100, maximumPercent = 200 } = service.settings.deploymentConfiguration ?? {};
  const counts = { primary: liveCounts(own), others: liveCounts(others) };
  const { earlySuccess = false } = primary;
  const moves = planTaskChanges({
    desired: service.desiredCount,
    minimumHealthyPercent,
    maximumPercent,
    earlySuccess,
    ...counts,
  });
  applyDecision(ecs, primary, { own, others }, moves);
}

/** Runs the scheduler once for a service. */
export function runScheduler(ecs: Ecs, service: EcsService): void {
  failIfNeeded(ecs, service);
  dropDrainedDeployments(service);
  const [primary] = service.deployments;
  if (primary !== undefined) {
    markInProgress(ecs, primary);
    if (primary.serviceDeployment.native === undefined) adjustTasks(ecs, service, primary);
    else advanceRollout(ecs, primary, primary.serviceDeployment.native);
  }
  settleService(ecs, service);
}
