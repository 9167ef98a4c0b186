import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { Writable } from 'node:stream';
import type { Cloud } from '../cloud.ts';
import { createSimulatedDate } from '../simulated-date.ts';
import { getFunctions, type InstalledFunction, type InvocationRequest } from './functions.ts';
import { createHandlerLoader, type HandlerLoader } from './handler-loader.ts';
import { type InvocationOutcome, toPayload } from './outcome.ts';
import { createTransport, functionAccessKey } from './transport.ts';

/** What runs just now: code that asks for the time, its variables or AWS is answered by the invocation that it runs for. */
interface CurrentInvocation extends InvocationRequest {
  fn: InstalledFunction;
  /** Takes what is written. */
  log: string[];
  /** Its time is over: whatever it still asks of AWS is not heard. */
  timedOut: boolean;
  /** Its `process.env`: the SDK and the logger read some fifty variables in each invocation. */
  env: Record<string, string>;
}

/** Lets a cloud run its functions by a library that has been loaded; what they write goes to `log`. */
export type InProcessRunner = (cloud: Cloud, log: string[]) => void;

/**
 * Evaluates the functions (of local/lambda/bundle-functions.ts) to run them in this process and on a cloud's clock, a hundred times faster than in
 * threads of their own, and always the same way. Their code, the SDK, its retries and its time-outs are the shipped ones; no socket, no
 * thread and no time of the wall is between. Each has modules of its own, so that none uses what another one remembers. What one remembers
 * it keeps from one cloud to the next: use a later time for each.
 */
export function loadInProcessRunner(library: string, config: unknown): InProcessRunner {
  const handlerOf = createHandlerLoader(library, {
    require: createRequire(import.meta.url),
    config,
    ...createGlobals(),
  });
  return (cloud, log) => {
    getFunctions(cloud).run = (fn, invocation) => {
      const run: CurrentInvocation = { ...invocation, fn, log, timedOut: false, env: invocationVariables(fn) };
      return currentInvocation.run(run, () => withTimeout(run, runHandler(handlerOf, fn, invocation)));
    };
  };
}

const currentInvocation = new AsyncLocalStorage<CurrentInvocation>();

/** Throws where code runs for no invocation: then it could only ask the wall. */
function requireInvocation(): CurrentInvocation {
  const found = currentInvocation.getStore();
  if (found === undefined) throw new Error('this code runs outside of an invocation');
  return found;
}

/** A function's time-out, in simulated time: only what waits (local/clock.ts) can reach it. */
function withTimeout(run: CurrentInvocation, outcome: Promise<InvocationOutcome>): Promise<InvocationOutcome> {
  const { promise, resolve } = Promise.withResolvers<InvocationOutcome>();
  const { timeoutSeconds, cloud } = run.fn;
  const cancel = cloud.clock.after(timeoutSeconds * 1000, () => {
    run.timedOut = true;
    resolve({ ...toPayload({ timedOut: timeoutSeconds }, run.requestId), log: '' });
  });
  return Promise.race([outcome.finally(cancel), promise]);
}

async function runHandler(
  handlerOf: HandlerLoader,
  fn: InstalledFunction,
  invocation: InvocationRequest,
): Promise<InvocationOutcome> {
  try {
    const context = { functionName: fn.name, awsRequestId: invocation.requestId };
    // It begins for no invocation, to be the same whichever cloud is the first.
    const handler = currentInvocation.exit(() => handlerOf(fn));
    const result = await handler(JSON.parse(invocation.payload), context);
    return { payload: JSON.stringify(result ?? null), failed: false, log: '' };
  } catch (error) {
    const { name: errorType, message: errorMessage } = error instanceof Error ? error : new Error(String(error));
    return { payload: JSON.stringify({ errorType, errorMessage, trace: [] }), failed: true, log: '' };
  }
}

const invocationVariables = (fn?: InstalledFunction): Record<string, string> => ({
  ...fn?.environment,
  AWS_REGION: fn?.region ?? '',
  AWS_LAMBDA_FUNCTION_NAME: fn?.name ?? '',
  AWS_ACCESS_KEY_ID: functionAccessKey,
  AWS_SECRET_ACCESS_KEY: functionAccessKey,
  AWS_SESSION_TOKEN: functionAccessKey,
  // Never connected to; an address keeps bucket names out of host names.
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
});

const write = (text: string): void => void currentInvocation.getStore()?.log.push(text);

/** What the library asks of Node, answered by the invocation that runs. */
function createGlobals(): Record<string, unknown> {
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
        name === 'env'
          ? (currentInvocation.getStore()?.env ?? invocationVariables())
          : (own[name] ?? Reflect.get(real, name)),
    }),
    console: Object.fromEntries(levels.map((name) => [name, (text: unknown) => write(String(text))])),
    Date: createSimulatedDate(() => Math.floor(currentInvocation.getStore()?.fn.cloud.clock.now() ?? 0)),
    Math: Object.create(Math, { random: { value: () => requireInvocation().fn.cloud.random() } }),
    setTimeout: sleep,
    clearTimeout: (timer?: { cancel(): void }) => timer?.cancel(),
    transport: createTransport(() => {
      const { fn, requestId, timedOut } = requireInvocation();
      const { cloud, roleArn, name } = fn;
      return { cloud, trace: `Root=${requestId}`, caller: cloud.iam.session(roleArn, name), timedOut };
    }),
  };
}

/** A wait of the code's own (the SDK's between two attempts) takes simulated time, while the invocation still holds the clock. */
function sleep(act: () => void, ms = 0) {
  const { clock } = requireInvocation().fn.cloud;
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
  void clock.unfreezeDuring(promise);
  const timer = { cancel, ref: () => timer, unref: () => timer };
  return timer;
}
