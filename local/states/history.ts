import type { Played } from './library.ts';
import type { Execution } from './shapes.ts';

/** One event as GetExecutionHistory tells it (botocore stepfunctions HistoryEvent). */
export interface HistoryEvent {
  timestamp: Date;
  type: string;
  id: number;
  previousEventId: number;
  [details: string]: unknown;
}

/** An execution fails at its 25,000th event, which says so (docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html). */
export const mostEvents = 25_000;

/** No event but the execution's end has room. */
export const isFull = (history: HistoryEvent[]): boolean => history.length >= mostEvents - 1;

const whole = { truncated: false };

/** `TaskStateEntered` → `stateEnteredEventDetails`, `LambdaFunctionFailed` → `lambdaFunctionFailedEventDetails`. */
const detailsField = (type: string): string => {
  const [state] = /State(Entered|Exited)$/.exec(type) ?? [type];
  return `${state.charAt(0).toLowerCase()}${state.slice(1)}EventDetails`;
};

/**
 * Adds an event to a history; where only one more has room, only the execution's own end is taken.
 * The first state's event follows on nothing, as on AWS (docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html).
 */
export function record({ history, machine }: Execution, type: string, details?: Record<string, unknown>): void {
  if (isFull(history) && !type.startsWith('Execution')) return;
  const id = history.length + 1;
  history.push({
    timestamp: new Date(machine.cloud.clock.now()),
    type,
    id,
    previousEventId: id <= 2 ? 0 : id - 1,
    ...(details === undefined ? {} : { [detailsField(type)]: details }),
  });
}

export const withInput = (input: unknown) => ({ input: textOf(input), inputDetails: whole });
export const withOutput = (output: unknown) => ({ output: textOf(output), outputDetails: whole });

const textOf = (value: unknown): string => JSON.stringify(value ?? null);

/** What the library tells of a state or an iteration, in AWS's types; undefined for what AWS does not record. */
export function eventOf(played: Played): { type: string; details: Record<string, unknown> } | undefined {
  switch (played.type) {
    case 'StateEntered': {
      const { name, type, input } = played.state;
      return { type: `${type}StateEntered`, details: { name, ...withInput(input) } };
    }
    case 'StateExited': {
      const { name, type, output } = played.state;
      return { type: `${type}StateExited`, details: { name, ...withOutput(output) } };
    }
    case 'MapIterationStarted':
    case 'MapIterationSucceeded':
    case 'MapIterationFailed':
      return { type: played.type, details: { name: played.parentState.name, index: played.index } };
    default:
      return undefined;
  }
}
