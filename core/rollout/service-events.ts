import { findOurDeployment, lacksTasks, type RolloutObservation } from './observation.ts';

/** Events of the service since our deployment began, newest first, as ECS lists them. */
export const listEventsSinceRollout = ({ service, rollout }: RolloutObservation): { at: Date; message: string }[] =>
  service.events.filter(({ at }) => at.getTime() >= Date.parse(rollout.startedAt));

/** `(service web) has started 2 tasks: …` (docs: service-event-messages). */
export const countStartedTasks = (message: string): number => Number(/has started (\d+) tasks/.exec(message)?.[1] ?? 0);

/** A service keeps its last hundred events (ECS developer guide, service-event-messages). */
const keptEvents = 100;

/** Whether ECS may have dropped events since our deployment began, so that the events no longer show how many tasks ECS started. */
const mayLackEvents = (observation: RolloutObservation): boolean =>
  listEventsSinceRollout(observation).length >= keptEvents;

const warningPattern = /unable|unhealthy|throttled|failed|error/i;

/**
 * Returns the events about tasks that ECS started since the rollout was stable. These tasks are replacements, unless the service was scaled. For a large
 * service, the number of all started tasks does not show the replacements, because ECS keeps only 100 events (botocore ecs `Service.events`).
 */
export const listStartsSinceStable = ({ service, stableAt }: RolloutObservation): { at: Date }[] =>
  service.events.filter(
    ({ at, message }) => stableAt !== undefined && at >= stableAt && countStartedTasks(message) > 0,
  );

/** Whether to read stopped tasks and the images of a newer deployment with additional calls. Most checks do not need them. */
export function hasWarningSigns(observation: RolloutObservation): boolean {
  const ours = findOurDeployment(observation);
  const deployment = observation.serviceDeployment;
  const events = listEventsSinceRollout(observation);
  const started = events.reduce((sum, { message }) => sum + countStartedTasks(message), 0);
  return (
    observation.now >= observation.deadline ||
    ours?.status !== 'PRIMARY' ||
    ours.failed > 0 ||
    ours.rolloutState === 'FAILED' ||
    (observation.stableAt !== undefined && lacksTasks(observation)) ||
    listStartsSinceStable(observation).length > 0 ||
    started > ours.desired ||
    (observation.stableAt === undefined && mayLackEvents(observation)) ||
    (deployment?.circuitBreaker?.failureCount ?? 0) > 0 ||
    /STOPPED|ROLLBACK/.test(deployment?.status ?? '') ||
    [deployment?.circuitBreaker?.status, deployment?.alarms?.status].includes('TRIGGERED') ||
    events.some(({ message }) => warningPattern.test(message))
  );
}

/** The service's own states of a rollout without problems (botocore ecs `Deployment.rolloutState`). */
const healthyRolloutStates = ['IN_PROGRESS', 'COMPLETED'];

/** The longest interval between two reads of the history, in ms. If a person stops a deployment, only the history may show it. */
const maxHistoryAgeMs = 5 * 60_000;

const isHistoryDue = ({ now, historyReadAt, rollout }: RolloutObservation): boolean =>
  now.getTime() - (historyReadAt?.getTime() ?? Date.parse(rollout.startedAt)) >= maxHistoryAgeMs;

/**
 * Whether a check needs only the service: ECS is rolling out our deployment or has completed it, and nothing points to trouble. False if only the history
 * shows the end of the deployment. Also false if an alarm is in ALARM, because ECS may then be rolling back by itself.
 */
export function canSkipHistory(observation: RolloutObservation): boolean {
  const ours = findOurDeployment(observation);
  const isPlain = ours?.status === 'PRIMARY' && healthyRolloutStates.includes(ours.rolloutState ?? '');
  const { status, historyDecides } = observation.service;
  return (
    !isHistoryDue(observation) &&
    isPlain &&
    status === 'ACTIVE' &&
    !historyDecides &&
    observation.fired.length === 0 &&
    !hasWarningSigns(observation)
  );
}
