import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { Writable } from 'node:stream';
import type { Cloud } from '../cloud.ts';
import { simulatedDate } from '../simulated-date.ts';
import { functionsOf, type InstalledFunction, type Invocation } from './functions.ts';
import { type HandlerOf, handlersOf } from './handlers.ts';
import { type Outcome, payloadOf } from './outcome.ts';
import { functionKey, transportFrom } from './transport.ts';

/** What runs just now: code that asks for the time, its variables or AWS is answered by the invocation that it runs for. */
interface Running extends Invocation {
  fn: InstalledFunction;
  /** Takes what is written. */
  log: string[];
  /** Its time is over: whatever it still asks of AWS is not heard. */
  over: boolean;
  /** Its `process.env`: the SDK and the logger read some fifty variables in each invocation. */
  env: Record<string, string>;
}

/** Lets a cloud run its functions by a library that has been loaded; what they write goes to `log`. */
export type RunInProcess = (cloud: Cloud, log: string[]) => void;

/**
 * Evaluates the functions (of local/lambda/library.ts) to run them in this process and on a cloud's clock, a hundred times faster than in
 * threads of their own, and always the same way. Their code, the SDK, its retries and its time-outs are the shipped ones; no socket, no
 * thread and no time of the wall is between. Each has modules of its own, so that none uses what another one remembers. What one remembers
 * it keeps from one cloud to the next: use a later time for each.
 */
export function loadInProcess(library: string, config: unknown): RunInProcess {
  const handlerOf = handlersOf(library, { require: createRequire(import.meta.url), config, ...surroundingsOf() });
  return (cloud, log) => {
    functionsOf(cloud).run = (fn, invocation) => {
      const run: Running = { ...invocation, fn, log, over: false, env: variablesOf(fn) };
      return running.run(run, () => withinTime(run, outcomeOf(handlerOf, fn, invocation)));
    };
  };
}

const running = new AsyncLocalStorage<Running>();

/** Throws where code runs for no invocation: then it could only ask the wall. */
function now(): Running {
  const found = running.getStore();
  if (found === undefined) throw new Error('this code runs outside of an invocation');
  return found;
}

/** A function's time-out, in simulated time: only what waits (local/clock.ts) can reach it. */
function withinTime(run: Running, outcome: Promise<Outcome>): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const { timeoutSeconds, cloud } = run.fn;
  const cancel = cloud.clock.after(timeoutSeconds * 1000, () => {
    run.over = true;
    resolve({ ...payloadOf({ timedOut: timeoutSeconds }, run.requestId), log: '' });
  });
  return Promise.race([outcome.finally(cancel), promise]);
}

async function outcomeOf(handlerOf: HandlerOf, fn: InstalledFunction, invocation: Invocation): Promise<Outcome> {
  try {
    const context = { functionName: fn.name, awsRequestId: invocation.requestId };
    // It begins for no invocation, to be the same whichever cloud is the first.
    const handler = running.exit(() => handlerOf(fn));
    const result = await handler(JSON.parse(invocation.payload), context);
    return { payload: JSON.stringify(result ?? null), failed: false, log: '' };
  } catch (error) {
    const { name: errorType, message: errorMessage } = error instanceof Error ? error : new Error(String(error));
    return { payload: JSON.stringify({ errorType, errorMessage, trace: [] }), failed: true, log: '' };
  }
}

const variablesOf = (fn?: InstalledFunction): Record<string, string> => ({
  ...fn?.environment,
  AWS_REGION: fn?.region ?? '',
  AWS_LAMBDA_FUNCTION_NAME: fn?.name ?? '',
  AWS_ACCESS_KEY_ID: functionKey,
  AWS_SECRET_ACCESS_KEY: functionKey,
  AWS_SESSION_TOKEN: functionKey,
  // Never connected to; an address keeps bucket names out of host names.
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
});

const write = (text: string): void => void running.getStore()?.log.push(text);

/** What the library asks of Node, answered by the invocation that runs. */
function surroundingsOf(): Record<string, unknown> {
  const stdout = new Writable({
    write: (chunk, _, done) => {
      write(String(chunk));
      done();
    },
  });
  const own: Record<string | symbol, unknown> = { stdout, stderr: stdout };
  const levels = ['log', 'info', 'warn', 'error', 'debug'];
  return {
    process: new Proxy(process, {
      get: (real, name) =>
        name === 'env' ? (running.getStore()?.env ?? variablesOf()) : (own[name] ?? Reflect.get(real, name)),
    }),
    console: Object.fromEntries(levels.map((name) => [name, (text: unknown) => write(String(text))])),
    Date: simulatedDate(() => Math.floor(running.getStore()?.fn.cloud.clock.now() ?? 0)),
    Math: Object.create(Math, { random: { value: () => now().fn.cloud.chance() } }),
    setTimeout: sleep,
    clearTimeout: (timer?: { cancel(): void }) => timer?.cancel(),
    transport: transportFrom(() => {
      const { fn, requestId, over } = now();
      const { cloud, roleArn, name } = fn;
      return { cloud, trace: `Root=${requestId}`, caller: cloud.iam.session(roleArn, name), over };
    }),
  };
}

/** A wait of the code's own (the SDK's between two attempts) takes simulated time, while the invocation still holds the clock. */
function sleep(act: () => void, ms = 0) {
  const { clock } = now().fn.cloud;
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = AsyncLocalStorage.bind(act);
  const stop = clock.after(ms, () => {
    resolve();
    done();
  });
  const cancel = () => {
    stop();
    resolve();
  };
  void clock.pause(promise);
  const timer = { cancel, ref: () => timer, unref: () => timer };
  return timer;
}
