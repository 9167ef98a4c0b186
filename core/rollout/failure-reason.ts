import { formatCount } from '../parsing/count.ts';
import { escapeUnprintable, shortenArns, shortenMiddle } from '../parsing/display-text.ts';
import { listHistoryWarnings } from './history-warning.ts';
import { findOurDeployment, type RolloutObservation } from './observation.ts';
import type { StoppedTask } from './observed-task.ts';
import { formatPullAdvice } from './pull-advice.ts';
import { listEventsSinceRollout } from './service-events.ts';
import { groupFailuresByCause } from './stopped-task.ts';

/** CodePipeline's limits: a failure's message and an execution's summary (botocore codepipeline `Message`, `ExecutionSummary`), in characters. */
export const maxFailureMessageLength = 5000;
export const maxSummaryLength = 2048;

/** The maximum length of a verdict's reason, in characters. It leaves room in the message for the service's status and the end of a log. */
const maxReasonLength = 2700;

/** The maximum number of lines of each kind. More lines would hide the important ones. */
const maxCauses = 4;
const maxEvents = 5;
export const maxCauseLength = 300;

const formatNewestTask = (tasks: StoppedTask[]): string => {
  const [last] = tasks.toSorted((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0));
  return last === undefined ? 'unknown' : shortenArns(last.arn);
};

const taskLines = ({ stoppedTasks }: RolloutObservation): string[] =>
  groupFailuresByCause(stoppedTasks)
    .slice(0, maxCauses)
    .map(({ cause, tasks }) => {
      const codes = [...new Set(tasks.map(({ stopCode }) => stopCode ?? 'stopped'))].join(', ');
      return `Stopped tasks: ${tasks.length} × ${codes}: ${shortenMiddle(shortenArns(cause), maxCauseLength)} (last: ${formatNewestTask(tasks)}).`;
    });

const adviceLine = ({ stoppedTasks, rollout }: RolloutObservation): string[] => {
  const [, , , , account = ''] = rollout.taskDefinition.split(':');
  return groupFailuresByCause(stoppedTasks)
    .flatMap(({ cause }) => formatPullAdvice(cause, account) ?? [])
    .slice(0, 1);
};

const countLine = ({ serviceDeployment }: RolloutObservation): string[] => {
  const breaker = serviceDeployment?.circuitBreaker;
  if (breaker === undefined || breaker.failureCount === 0) return [];
  return [
    `ECS counted ${formatCount(breaker.failureCount, 'failed task')}; its circuit breaker gives up at ${breaker.threshold}.`,
  ];
};

const alarmLines = ({ alarms, fired }: RolloutObservation): string[] =>
  [...alarms, ...fired.filter(({ name }) => !alarms.some((alarm) => alarm.name === name))].map(
    ({ name, reason }) =>
      `Alarm ${name}${reason === undefined ? ' fired.' : `: ${shortenMiddle(reason, maxCauseLength)}`}`,
  );

const ecsMessageLine = (observation: RolloutObservation): string[] => {
  const { serviceDeployment } = observation;
  const said = [
    serviceDeployment?.statusReason,
    serviceDeployment?.rollbackReason,
    findOurDeployment(observation)?.rolloutStateReason,
  ];
  const different = [
    ...new Set(said.filter((text) => text !== undefined && text !== '' && !/ in progress\.?$/.test(text))),
  ];
  return different.length === 0 ? [] : [`ECS says: ${shortenArns(different.join(' / '))}`];
};

/** Events that report trouble (ECS developer guide, service-event-messages); the others only report normal progress. */
const troublePattern =
  /unable|unhealthy|fail|error|circuit breaker|throttl|exceed|denied|not authorized|not found|roll(ing|ed) back/i;

/** Returns the newest few events in chronological order. If stopped tasks already explain the failure, returns only events that report trouble. */
function eventLines(observation: RolloutObservation): string[] {
  const all = listEventsSinceRollout(observation);
  const bad = all.filter(({ message }) => troublePattern.test(message));
  const chosen =
    bad.length > 0 || groupFailuresByCause(observation.stoppedTasks).length > 0 || observation.fired.length > 0
      ? bad
      : all;
  return chosen
    .slice(0, maxEvents)
    .reverse()
    .map(
      ({ at, message }) =>
        `Event ${at.toISOString().slice(11, 19)} UTC: ${shortenMiddle(shortenArns(message), maxCauseLength)}`,
    );
}

/**
 * Returns why a rollout failed, for the person in the pipeline's console: first `sentence`, and after it ECS's facts about tasks, counts, alarms and events.
 */
export const createFailureReason = (sentence: string, observation: RolloutObservation): string =>
  shortenMiddle(
    [
      sentence,
      ...adviceLine(observation),
      ...taskLines(observation),
      ...countLine(observation),
      ...alarmLines(observation),
      ...ecsMessageLine(observation),
      ...eventLines(observation),
      ...(listHistoryWarnings(observation) ?? []),
    ]
      // A line break in a text of AWS must not begin a line of ours.
      .map(escapeUnprintable)
      .join('\n'),
    maxReasonLength,
  );
