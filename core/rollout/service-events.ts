import { findOurDeployment, lacksTasks, type RolloutObservation } from './observation.ts';

/** Events of the service since our deployment began, newest first, as ECS lists them. */
export const eventsSinceRollout = ({ service, rollout }: RolloutObservation): { at: Date; message: string }[] =>
  service.events.filter(({ at }) => at.getTime() >= Date.parse(rollout.startedAt));

/** `(service web) has started 2 tasks: …` (docs: service-event-messages). */
export const countStartedTasks = (message: string): number => Number(/has started (\d+) tasks/.exec(message)?.[1] ?? 0);

const warningPattern = /unable|unhealthy|throttled|failed|error/i;

/** Whether more calls are worthwhile, for stopped tasks and for the images of a newer deployment: on most checks they are not. */
export function hasWarningSigns(look: RolloutObservation): boolean {
  const ours = findOurDeployment(look);
  const deployment = look.serviceDeployment;
  const events = eventsSinceRollout(look);
  const started = events.reduce((sum, { message }) => sum + countStartedTasks(message), 0);
  return (
    look.now >= look.deadline ||
    ours?.status !== 'PRIMARY' ||
    ours.failed > 0 ||
    ours.rolloutState === 'FAILED' ||
    (look.stableAt !== undefined && lacksTasks(look)) ||
    started > ours.desired ||
    (deployment?.circuitBreaker?.failureCount ?? 0) > 0 ||
    /STOPPED|ROLLBACK/.test(deployment?.status ?? '') ||
    [deployment?.circuitBreaker?.status, deployment?.alarms?.status].includes('TRIGGERED') ||
    events.some(({ message }) => warningPattern.test(message))
  );
}

/** The service's own states of a rollout without problems (botocore ecs `Deployment.rolloutState`). */
const healthyRolloutStates = ['IN_PROGRESS', 'COMPLETED'];

/** A deployment that a person stops may show only in the history; it is noticed after this time at the latest, in ms. */
const maxHistoryAgeMs = 5 * 60_000;

const isHistoryDue = ({ now, historyReadAt, rollout }: RolloutObservation): boolean =>
  now.getTime() - (historyReadAt?.getTime() ?? Date.parse(rollout.startedAt)) >= maxHistoryAgeMs;

/**
 * Whether the service alone shows enough: ECS is rolling out our deployment or has completed it, and nothing points to trouble. False if
 * only the history shows when the deployment is over, and with an alarm, because ECS may then be rolling back by itself.
 */
export function canSkipHistory(look: RolloutObservation): boolean {
  const ours = findOurDeployment(look);
  const isPlain = ours?.status === 'PRIMARY' && healthyRolloutStates.includes(ours.rolloutState ?? '');
  const { status, historyDecides } = look.service;
  return (
    !isHistoryDue(look) &&
    isPlain &&
    status === 'ACTIVE' &&
    !historyDecides &&
    look.fired.length === 0 &&
    !hasWarningSigns(look)
  );
}
