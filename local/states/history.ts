import type { AslEvent } from './library-types.ts';
import type { HistoryEvent, SfnExecution } from './state.ts';

/**
 * An execution fails at its 25,000th event, which reports the limit
 * (docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html).
 */
export const maxHistoryEvents = 25_000;

/** Whether the history has room only for the event that ends the execution. */
export const isHistoryFull = (history: HistoryEvent[]): boolean => history.length >= maxHistoryEvents - 1;

const notTruncated = { truncated: false };

/** `TaskStateEntered` → `stateEnteredEventDetails`, `LambdaFunctionFailed` → `lambdaFunctionFailedEventDetails`. */
const detailsField = (type: string): string => {
  const [state] = /State(Entered|Exited)$/.exec(type) ?? [type];
  return `${state.charAt(0).toLowerCase()}${state.slice(1)}EventDetails`;
};

/**
 * Adds an event to a history. If only one more event fits, accepts only the event that ends the execution. The first state's event has no previous event, as on
 * AWS (docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html).
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

/** Converts the library's event of a state or an iteration to AWS's event type. Returns undefined for an event that AWS does not record. */
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
