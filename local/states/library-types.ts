import type { StateMachine, StateMachineDefinition, StateMachineOptions } from 'aws-local-stepfunctions';

type LibraryRun = ReturnType<StateMachine['run']>;

/** A value of JSON, as the library types it. */
export type JsonValue = Parameters<StateMachine['run']>[0];

/** What the library tells of a run, as it happens. */
export type AslEvent = LibraryRun['eventLogs'] extends AsyncGenerator<infer Event> ? Event : never;

/** The context object of a machine, a branch or an iteration: what `$$` finds. */
export type ContextObject = Record<string, unknown>;

/** A Task state as it is defined. */
export interface TaskState {
  Resource: string;
  TimeoutSeconds?: number;
  TimeoutSecondsPath?: string;
  Next?: string;
  End?: boolean;
}

/** An attempt of a Task, besides the input that Parameters made for it. */
export interface TaskAttempt {
  name: string;
  resource: string;
  timeoutInSeconds: number | undefined;
  /** The one that `$$.Task.Token` was, of a task that waits for one. */
  token: string | undefined;
  /** Aborted when the execution, or the branch, goes no further. */
  abortSignal: AbortSignal;
  /** A new error of a time-out: the library's own, which alone States.TaskFailed does not match. */
  createTimeoutError(): Error;
}

/** How a machine is run. The library hands these options on to every state, those of branches and iterations too. */
export interface RunOptions {
  noThrowOnAbort: true;
  context: ContextObject;
  runTask(input: JsonValue, attempt: TaskAttempt): Promise<JsonValue>;
}

interface ExecuteOptions {
  runOptions: RunOptions;
  abortSignal: AbortSignal;
}

/** One entry into a state. Each attempt is an `execute`; the library keeps this class to itself. */
export interface StateExecutor {
  stateName: string;
  stateDefinition: { Type: string; Resource?: string };
  /** How often each Retrier has been used. */
  retrierAttempts: number[];
  execute(input: JsonValue, context: ContextObject, playing: ExecuteOptions): Promise<unknown>;
  executeTaskState(
    ...of: [
      state: TaskState,
      rawInput: JsonValue,
      input: JsonValue,
      context: ContextObject,
      name: string,
      playing: ExecuteOptions,
    ]
  ): Promise<{ stateResult: JsonValue; nextState: string; isEndState: boolean }>;
}

/** One machine, ready to be run. */
export interface RunnableMachine {
  run(input: JsonValue, options: RunOptions): LibraryRun;
}

/** The library that plays the Amazon States Language, with parts that it does not show its other users. */
export interface AslLibrary {
  StateMachine: new (definition: StateMachineDefinition, options: StateMachineOptions) => RunnableMachine;
  StateExecutor: { prototype: StateExecutor };
  StatesTimeoutError: new () => Error;
  jsonPathQuery(path: string, json: JsonValue, context: ContextObject): unknown;
}
