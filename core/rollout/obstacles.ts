import { shortened } from '../parsing/display-text.ts';
import { type Look, oursIn } from './observation.ts';
import { eventsSince } from './service-events.ts';

/** Events that name an obstacle (docs: service-event-messages). */
const obstacle = /unable|unhealthy|throttled/i;

const hooks = ({ serviceDeployment }: Look): string[] =>
  (serviceDeployment?.hooksAwaitingAction ?? []).map(
    (hook) => `the lifecycle hook ${hook} waits for somebody to continue it`,
  );

const stage = ({ serviceDeployment }: Look): string[] => {
  if (serviceDeployment?.status === 'PENDING') return ['ECS has not begun it yet (PENDING)'];
  if (serviceDeployment?.status === 'STOP_REQUESTED') return ['it is being stopped (STOP_REQUESTED)'];
  return serviceDeployment?.lifecycleStage === undefined
    ? []
    : [`it is in the stage ${serviceDeployment.lifecycleStage}`];
};

const tasks = (look: Look): string => {
  const ours = oursIn(look);
  return `${ours?.running ?? 0} of ${ours?.desired ?? look.service.desired} tasks run, ${ours?.pending ?? 0} are pending`;
};

const lastObstacle = (look: Look): string[] => {
  const event = eventsSince(look).find(({ message }) => obstacle.test(message));
  return event === undefined ? [] : [`ECS said "${shortened(event.message)}"`];
};

/** What a rollout waits for that is not done yet, as the end of a sentence. */
export const holdUps = (look: Look): string =>
  [...hooks(look), ...stage(look), tasks(look), ...lastObstacle(look)].join('; ');
