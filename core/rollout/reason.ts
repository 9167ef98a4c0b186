import { beginning, shortened } from '../parsing/display-text.ts';
import { type Look, oursIn, type StoppedTask } from './observation.ts';
import { pullAdvice } from './pull-advice.ts';
import { eventsSince } from './service-events.ts';
import { causesOf } from './stopped-task.ts';

/** CodePipeline's limits: a failure's message and an execution's summary (botocore codepipeline `Message`, `ExecutionSummary`), in characters. */
export const longestMessage = 5000;
export const longestSummary = 2048;

/** A verdict's reason leaves this much of the message for what comes after it: where the service stands. */
const longestReason = 3800;

/** How many lines of a kind help; the rest only pushes the important out of sight. */
const shownCauses = 4;
const shownEvents = 5;
const longestCause = 300;

/** The text in so many characters at most, with a mark where its end was cut off. */
export const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : `${beginning(text, longest - 2).trimEnd()} …`;

const newest = (tasks: StoppedTask[]): string => {
  const [last] = tasks.toSorted((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0));
  return last === undefined ? 'unknown' : shortened(last.arn);
};

const taskLines = ({ stoppedTasks }: Look): string[] =>
  causesOf(stoppedTasks)
    .slice(0, shownCauses)
    .map(({ cause, tasks }) => {
      const codes = [...new Set(tasks.map(({ stopCode }) => stopCode ?? 'stopped'))].join(', ');
      return `Stopped tasks: ${tasks.length} × ${codes}: ${cut(shortened(cause), longestCause)} (last: ${newest(tasks)}).`;
    });

const adviceLine = ({ stoppedTasks, rollout }: Look): string[] => {
  const [, , , , account = ''] = rollout.taskDefinition.split(':');
  return causesOf(stoppedTasks)
    .flatMap(({ cause }) => pullAdvice(cause, account) ?? [])
    .slice(0, 1);
};

const countLine = ({ serviceDeployment }: Look): string[] => {
  const breaker = serviceDeployment?.circuitBreaker;
  if (breaker === undefined || breaker.failureCount === 0) return [];
  return [`ECS counted ${breaker.failureCount} failed tasks; its circuit breaker gives up at ${breaker.threshold}.`];
};

const alarmLines = ({ alarms, fired }: Look): string[] =>
  [...alarms, ...fired.filter(({ name }) => !alarms.some((alarm) => alarm.name === name))].map(
    ({ name, reason }) => `Alarm ${name}${reason === undefined ? ' fired.' : `: ${cut(reason, longestCause)}`}`,
  );

const logLines = ({ log }: Look): string[] =>
  log === undefined
    ? []
    : [
        `The log of ${log.container} in task ${shortened(log.task)} ends with:`,
        ...log.lines.map((line) => `  ${line}`),
      ];

const saidLine = (look: Look): string[] => {
  const { serviceDeployment } = look;
  const said = [serviceDeployment?.statusReason, serviceDeployment?.rollbackReason, oursIn(look)?.rolloutStateReason];
  const different = [
    ...new Set(said.filter((text) => text !== undefined && text !== '' && !/ in progress\.?$/.test(text))),
  ];
  return different.length === 0 ? [] : [`ECS says: ${shortened(different.join(' / '))}`];
};

/** Events that tell of trouble (ECS developer guide, service-event-messages); the others only tell of the work that goes on. */
const trouble =
  /unable|unhealthy|fail|error|circuit breaker|throttl|exceed|denied|not authorized|not found|roll(ing|ed) back/i;

/** The newest few, in the order in which they happened. Where stopped tasks tell the story already, only those of trouble. */
function eventLines(look: Look): string[] {
  const all = eventsSince(look);
  const bad = all.filter(({ message }) => trouble.test(message));
  const chosen = bad.length > 0 || causesOf(look.stoppedTasks).length > 0 || look.fired.length > 0 ? bad : all;
  return chosen
    .slice(0, shownEvents)
    .reverse()
    .map(({ at, message }) => `Event ${at.toISOString().slice(11, 19)} UTC: ${cut(shortened(message), longestCause)}`);
}

/** Why a rollout failed, for the person in the pipeline's console: `sentence` first, then what ECS shows of tasks, counts, alarms and events. */
export const reasonOf = (sentence: string, look: Look): string =>
  cut(
    [
      sentence,
      ...adviceLine(look),
      ...taskLines(look),
      ...logLines(look),
      ...countLine(look),
      ...alarmLines(look),
      ...saidLine(look),
      ...eventLines(look),
    ].join('\n'),
    longestReason,
  );
