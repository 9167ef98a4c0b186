import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import type { StateMachine, StateMachineDefinition, StateMachineOptions } from 'aws-local-stepfunctions';
import type { Cloud } from '../cloud.ts';
import { createSimulatedDate } from '../simulated-date.ts';
import { bundleAslLibrary } from './bundle-asl-library.ts';
import { patchTaskAttempts } from './patch-task-attempts.ts';

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
  over: AbortSignal;
  /** A new error of a time-out: the library's own, which alone States.TaskFailed does not match. */
  timeout(): Error;
}

/** How a machine is run. The library hands these options on to every state, those of branches and iterations too. */
export interface RunOptions {
  noThrowOnAbort: true;
  context: ContextObject;
  playTask(input: JsonValue, attempt: TaskAttempt): Promise<JsonValue>;
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

let librarySource: Promise<string> | undefined;

/** The library on a cloud's clock and chance: its `setTimeout`, `clearTimeout`, `Date` and `Math.random` are the cloud's. */
export async function loadAslLibrary(cloud: Cloud): Promise<AslLibrary> {
  const { clock, chance } = cloud;
  librarySource ??= bundleAslLibrary();
  const module: { exports: AslLibrary } = { exports: Object.create(null) };
  const surroundings = {
    module,
    require: createRequire(import.meta.url),
    setTimeout: (act: () => void, ms: number) => clock.after(ms, act),
    clearTimeout: (cancel?: () => void) => cancel?.(),
    Date: createSimulatedDate(() => Math.floor(clock.now())),
    Math: Object.create(Math, { random: { value: chance } }),
  };
  compileFunction(await librarySource, Object.keys(surroundings))(...Object.values(surroundings));
  patchTaskAttempts(module.exports, cloud);
  return module.exports;
}
