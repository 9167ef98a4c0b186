import { parseRevisionName } from '../parsing/arn.ts';
import { shortenArns, shortenMiddle } from '../parsing/display-text.ts';
import { isStoppedByAws } from './aws-trouble.ts';
import { findOurDeployment, type RolloutObservation } from './observation.ts';
import { listEventsSinceRollout } from './service-events.ts';
import { describeStage, formatWaitingHook } from './stage-sentences.ts';
import { groupStoppedTasksByCause } from './stopped-task.ts';
import { formatTaskCounts } from './task-counts.ts';
import { listWaitingHooks } from './track-stages.ts';

/** Events that name an obstacle (docs: service-event-messages). */
const obstaclePattern = /unable|unhealthy|throttled/i;

const formatHooks = ({ serviceDeployment, progress }: RolloutObservation): string[] =>
  serviceDeployment === undefined
    ? []
    : listWaitingHooks(serviceDeployment).map((hook) =>
        formatWaitingHook(progress?.waiting.find(({ id }) => id === hook.id) ?? hook, progress),
      );

const formatStage = ({ serviceDeployment, progress }: RolloutObservation): string[] => {
  if (serviceDeployment?.status === 'PENDING') return ['ECS has not begun it yet (PENDING)'];
  if (serviceDeployment?.status === 'STOP_REQUESTED') return ['it is being stopped (STOP_REQUESTED)'];
  return progress === undefined ? [] : describeStage(progress);
};

const formatOurTasks = (observation: RolloutObservation): string[] => {
  const { rollout, service } = observation;
  const none = { taskDefinition: rollout.taskDefinition, desired: service.desired, running: 0, pending: 0 };
  const ours = findOurDeployment(observation) ?? none;
  const others = service.deployments.filter((one) => one !== ours);
  const pending = `${ours.pending} of ${parseRevisionName(ours.taskDefinition)} ${ours.pending === 1 ? 'is' : 'are'} pending`;
  return [formatTaskCounts(ours, others), ...(ours.pending === 0 ? [] : [pending])];
};

/** AWS's own trouble is not a failure of the release, so the message names it only after the deadline. */
const formatAwsTrouble = ({ stoppedTasks }: RolloutObservation): string[] =>
  groupStoppedTasksByCause(stoppedTasks.filter(isStoppedByAws))
    .slice(0, 1)
    .map(
      ({ tasks, cause }) => `AWS stopped ${tasks.length} of its tasks ("${shortenMiddle(shortenArns(cause), 300)}")`,
    );

/** Describes the obstacles if the role cannot read the history, or if ECS keeps no history of this deployment. */
const formatMissingHistory = ({ service, serviceDeployment }: RolloutObservation): string[] =>
  service.shiftsTraffic && serviceDeployment === undefined
    ? [
        "only ECS's deployment history shows when a deployment with traffic shifts or hooks is over, and it shows no entry for this one",
      ]
    : [];

const formatLastObstacle = (observation: RolloutObservation): string[] => {
  const event = listEventsSinceRollout(observation).find(({ message }) => obstaclePattern.test(message));
  return event === undefined ? [] : [`ECS said "${shortenMiddle(shortenArns(event.message), 300)}"`];
};

/** Describes what an unfinished rollout waits for, as the end of a sentence. */
export const formatObstacles = (observation: RolloutObservation): string =>
  [
    ...formatHooks(observation),
    ...formatStage(observation),
    ...formatMissingHistory(observation),
    ...formatOurTasks(observation),
    ...formatAwsTrouble(observation),
    ...formatLastObstacle(observation),
  ].join('; ');
