import { shortenArns } from '../parsing/display-text.ts';
import { findOurDeployment, type RolloutObservation } from './observation.ts';
import { eventsSinceRollout } from './service-events.ts';

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

const formatTaskCounts = (look: RolloutObservation): string => {
  const ours = findOurDeployment(look);
  return `${ours?.running ?? 0} of ${ours?.desired ?? look.service.desired} tasks run, ${ours?.pending ?? 0} are pending`;
};

const formatLastObstacle = (look: RolloutObservation): string[] => {
  const event = eventsSinceRollout(look).find(({ message }) => obstaclePattern.test(message));
  return event === undefined ? [] : [`ECS said "${shortenArns(event.message)}"`];
};

/** What a rollout waits for that is not done yet, as the end of a sentence. */
export const formatObstacles = (look: RolloutObservation): string =>
  [...formatHooks(look), ...formatStage(look), formatTaskCounts(look), ...formatLastObstacle(look)].join('; ');
