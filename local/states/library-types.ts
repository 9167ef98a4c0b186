import type { StateMachine, StateMachineDefinition, StateMachineOptions } from 'aws-local-stepfunctions';

type LibraryRun = ReturnType<StateMachine['run']>;

/** A JSON value, as the library types it. */
export type JsonValue = Parameters<StateMachine['run']>[0];

/** An event that the library emits during a run. */
export type AslEvent = LibraryRun['eventLogs'] extends AsyncGenerator<infer Event> ? Event : never;

/** The context object of a machine, a branch or an iteration: the value of `$$`. */
export type ContextObject = Record<string, unknown>;

/** A Task state as defined. */
export interface TaskState {
  Resource: string;
  TimeoutSeconds?: number;
  TimeoutSecondsPath?: string;
  Next?: string;
  End?: boolean;
}

/** An attempt of a Task, without the input that Parameters produced for it. */
export interface TaskAttempt {
  name: string;
  resource: string;
  timeoutInSeconds: number | undefined;
  /** The value of `$$.Task.Token`, if the task waits for a token. */
  token: string | undefined;
  /** Aborted when the execution or the branch ends. */
  abortSignal: AbortSignal;
  /** Creates a time-out error of the library's own class. States.TaskFailed matches every error except those of this class. */
  createTimeoutError(): Error;
}

/** Options of a run. The library passes them to every state, including those of branches and iterations. */
export interface RunOptions {
  noThrowOnAbort: true;
  context: ContextObject;
  runTask(input: JsonValue, attempt: TaskAttempt): Promise<JsonValue>;
}

interface ExecuteOptions {
  runOptions: RunOptions;
  abortSignal: AbortSignal;
}

/** One entry into a state. Each attempt is one `execute`; the library does not export this class. */
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

/** One machine, ready to run. */
export interface RunnableMachine {
  run(input: JsonValue, options: RunOptions): LibraryRun;
}

/** The library that interprets the Amazon States Language, including internals that it does not export. */
export interface AslLibrary {
  StateMachine: new (definition: StateMachineDefinition, options: StateMachineOptions) => RunnableMachine;
  StateExecutor: { prototype: StateExecutor };
  StatesTimeoutError: new () => Error;
  jsonPathQuery(path: string, json: JsonValue, context: ContextObject): unknown;
}
