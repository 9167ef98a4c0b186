import { revisionName } from '../parsing/arn.ts';
import { shortenArns, shortenMiddle } from '../parsing/display-text.ts';
import { isStoppedByAws } from './aws-trouble.ts';
import { findOurDeployment, type RolloutObservation } from './observation.ts';
import { eventsSinceRollout } from './service-events.ts';
import { groupTasksByCause } from './stopped-task.ts';
import { formatTaskCounts } from './task-counts.ts';

/** Events that name an obstacle (docs: service-event-messages). */
const obstaclePattern = /unable|unhealthy|throttled/i;

const formatHooks = ({ serviceDeployment }: RolloutObservation): string[] =>
  (serviceDeployment?.hooksAwaitingAction ?? []).map(
    (hook) => `the lifecycle hook ${hook} waits for somebody to continue it`,
  );

const formatStage = ({ serviceDeployment }: RolloutObservation): string[] => {
  if (serviceDeployment?.status === 'PENDING') return ['ECS has not begun it yet (PENDING)'];
  if (serviceDeployment?.status === 'STOP_REQUESTED') return ['it is being stopped (STOP_REQUESTED)'];
  return serviceDeployment?.lifecycleStage === undefined
    ? []
    : [`it is in the stage ${serviceDeployment.lifecycleStage}`];
};

const formatOurTasks = (look: RolloutObservation): string[] => {
  const { rollout, service } = look;
  const none = { taskDefinition: rollout.taskDefinition, desired: service.desired, running: 0, pending: 0 };
  const ours = findOurDeployment(look) ?? none;
  const others = service.deployments.filter(({ id }) => id !== rollout.deploymentId);
  const pending = `${ours.pending} of ${revisionName(ours.taskDefinition)} ${ours.pending === 1 ? 'is' : 'are'} pending`;
  return [formatTaskCounts(ours, others), ...(ours.pending === 0 ? [] : [pending])];
};

/** AWS's own trouble is not a failure of the release, so it is named only after the deadline. */
const formatAwsTrouble = ({ stoppedTasks }: RolloutObservation): string[] =>
  groupTasksByCause(stoppedTasks.filter(isStoppedByAws))
    .slice(0, 1)
    .map(
      ({ tasks, cause }) => `AWS stopped ${tasks.length} of its tasks ("${shortenMiddle(shortenArns(cause), 300)}")`,
    );

/** For a role that cannot read the history, or if ECS keeps none of this deployment. */
const formatMissingHistory = ({ service, serviceDeployment }: RolloutObservation): string[] =>
  service.shiftsTraffic && serviceDeployment === undefined
    ? [
        "only ECS's deployment history tells when a deployment with traffic shifts or hooks is over, and it shows no entry for this one",
      ]
    : [];

const formatLastObstacle = (look: RolloutObservation): string[] => {
  const event = eventsSinceRollout(look).find(({ message }) => obstaclePattern.test(message));
  return event === undefined ? [] : [`ECS said "${shortenMiddle(shortenArns(event.message), 300)}"`];
};

/** What an unfinished rollout waits for, as the end of a sentence. */
export const formatObstacles = (look: RolloutObservation): string =>
  [
    ...formatHooks(look),
    ...formatStage(look),
    ...formatMissingHistory(look),
    ...formatOurTasks(look),
    ...formatAwsTrouble(look),
    ...formatLastObstacle(look),
  ].join('; ');
