import type { AslEvent } from './library-types.ts';
import type { HistoryEvent, SfnExecution } from './state.ts';

/** An execution fails at its 25,000th event, which says so (docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html). */
export const maxHistoryEvents = 25_000;

/** No event but the execution's end has room. */
export const isHistoryFull = (history: HistoryEvent[]): boolean => history.length >= maxHistoryEvents - 1;

const notTruncated = { truncated: false };

/** `TaskStateEntered` → `stateEnteredEventDetails`, `LambdaFunctionFailed` → `lambdaFunctionFailedEventDetails`. */
const detailsField = (type: string): string => {
  const [state] = /State(Entered|Exited)$/.exec(type) ?? [type];
  return `${state.charAt(0).toLowerCase()}${state.slice(1)}EventDetails`;
};

/**
 * Adds an event to a history; where only one more has room, only the execution's own end is taken.
 * The first state's event follows on nothing, as on AWS (docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html).
 */
export function recordHistoryEvent(
  { history, machine }: SfnExecution,
  type: string,
  details?: Record<string, unknown>,
): void {
  if (isHistoryFull(history) && !type.startsWith('Execution')) return;
  const id = history.length + 1;
  history.push({
    timestamp: new Date(machine.cloud.clock.now()),
    type,
    id,
    previousEventId: id <= 2 ? 0 : id - 1,
    ...(details === undefined ? {} : { [detailsField(type)]: details }),
  });
}

export const inputDetails = (input: unknown) => ({ input: toJsonText(input), inputDetails: notTruncated });
export const outputDetails = (output: unknown) => ({ output: toJsonText(output), outputDetails: notTruncated });

const toJsonText = (value: unknown): string => JSON.stringify(value ?? null);

/** What the library tells of a state or an iteration, in AWS's types; undefined for what AWS does not record. */
export function toHistoryEvent(played: AslEvent): { type: string; details: Record<string, unknown> } | undefined {
  switch (played.type) {
    case 'StateEntered': {
      const { name, type, input } = played.state;
      return { type: `${type}StateEntered`, details: { name, ...inputDetails(input) } };
    }
    case 'StateExited': {
      const { name, type, output } = played.state;
      return { type: `${type}StateExited`, details: { name, ...outputDetails(output) } };
    }
    case 'MapIterationStarted':
    case 'MapIterationSucceeded':
    case 'MapIterationFailed':
      return { type: played.type, details: { name: played.parentState.name, index: played.index } };
    default:
      return undefined;
  }
}
