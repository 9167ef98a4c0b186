import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import type { StateMachine, StateMachineDefinition, StateMachineOptions } from 'aws-local-stepfunctions';
import type { Cloud } from '../cloud.ts';
import { simulatedDate } from '../simulated-date.ts';
import { tellAttempts } from './attempts.ts';
import { bundled } from './bundle.ts';

type Run = ReturnType<StateMachine['run']>;

/** A value of JSON, as the library types it. */
export type Json = Parameters<StateMachine['run']>[0];

/** What the library tells of a run, as it happens. */
export type Played = Run['eventLogs'] extends AsyncGenerator<infer Event> ? Event : never;

/** The context object of a machine, a branch or an iteration: what `$$` finds. */
export type Context = Record<string, unknown>;

/** A Task state as it is defined. */
export interface TaskState {
  Resource: string;
  TimeoutSeconds?: number;
  TimeoutSecondsPath?: string;
  Next?: string;
  End?: boolean;
}

/** An attempt of a Task, besides the input that Parameters made for it. */
export interface Attempt {
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
  context: Context;
  playTask(input: Json, attempt: Attempt): Promise<Json>;
}

interface Playing {
  runOptions: RunOptions;
  abortSignal: AbortSignal;
}

/** One entry into a state. Each attempt is an `execute`; the library keeps this class to itself. */
export interface Entry {
  stateName: string;
  stateDefinition: { Type: string; Resource?: string };
  /** How often each Retrier has been used. */
  retrierAttempts: number[];
  execute(input: Json, context: Context, playing: Playing): Promise<unknown>;
  executeTaskState(
    ...of: [state: TaskState, rawInput: Json, input: Json, context: Context, name: string, playing: Playing]
  ): Promise<{ stateResult: Json; nextState: string; isEndState: boolean }>;
}

/** One machine, ready to be run. */
export interface Player {
  run(input: Json, options: RunOptions): Run;
}

/** The library that plays the Amazon States Language, with parts that it does not show its other users. */
export interface Library {
  StateMachine: new (definition: StateMachineDefinition, options: StateMachineOptions) => Player;
  StateExecutor: { prototype: Entry };
  StatesTimeoutError: new () => Error;
  jsonPathQuery(path: string, json: Json, context: Context): unknown;
}

let source: Promise<string> | undefined;

/** The library on a cloud's clock and chance: its `setTimeout`, `clearTimeout`, `Date` and `Math.random` are the cloud's. */
export async function loadLibrary(cloud: Cloud): Promise<Library> {
  const { clock, chance } = cloud;
  source ??= bundled();
  const module: { exports: Library } = { exports: Object.create(null) };
  const surroundings = {
    module,
    require: createRequire(import.meta.url),
    setTimeout: (act: () => void, ms: number) => clock.after(ms, act),
    clearTimeout: (cancel?: () => void) => cancel?.(),
    Date: simulatedDate(() => Math.floor(clock.now())),
    Math: Object.create(Math, { random: { value: chance } }),
  };
  compileFunction(await source, Object.keys(surroundings))(...Object.values(surroundings));
  tellAttempts(module.exports, cloud);
  return module.exports;
}
