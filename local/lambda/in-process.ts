import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { Writable } from 'node:stream';
import type { Cloud } from '../cloud.ts';
import { createSimulatedDate } from '../simulated-date.ts';
import { getFunctions, type InstalledFunction, type InvocationRequest } from './functions.ts';
import { createHandlerLoader, type HandlerLoader } from './handler-loader.ts';
import { type InvocationOutcome, toPayload } from './outcome.ts';
import { SecretSigner } from './signer.ts';
import { createTransport, functionAccessKey } from './transport.ts';

/** The current invocation. It determines the time, the environment variables and the AWS caller that the running code sees. */
interface CurrentInvocation extends InvocationRequest {
  fn: InstalledFunction;
  /** Collects the log lines. */
  log: string[];
  /** Whether the invocation has timed out. If it has, its further calls to AWS are ignored. */
  timedOut: boolean;
  /** The variables of `process.env`: the SDK and the logger read about fifty variables in each invocation. */
  env: Record<string, string>;
}

/** Makes a cloud run its functions from a loaded library; their output goes to `log`. */
export type InProcessRunner = (cloud: Cloud, log: string[]) => void;

/**
 * Evaluates the functions (of local/lambda/function-library.ts) to run them in this process on a cloud's clock. This is deterministic, and a hundred times
 * faster than separate threads. The functions' code, the SDK, its retries and its time-outs are the shipped ones. No socket, thread, signature or wall-clock
 * time is involved. Each function has its own modules, so no function uses state of another. A function's state survives from one cloud to the next, so start
 * each cloud at a later time.
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

/** Throws if code runs outside an invocation, because such code could only read wall-clock time. */
function requireInvocation(): CurrentInvocation {
  const found = currentInvocation.getStore();
  if (found === undefined) throw new Error('this code runs outside of an invocation');
  return found;
}

/** A function's time-out, in simulated time. Only code that waits (local/clock.ts) can reach it. */
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
    // The function is initialized outside an invocation, so that the result does not depend on which cloud comes first.
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
  // Nothing ever connects to this address. It is an IP address, because with a host name the SDK would put bucket names into the host.
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
});

const write = (text: string): void => void currentInvocation.getStore()?.log.push(text);

/** The Node globals for the library. They use the current invocation. */
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
    signer: { SignatureV4: SecretSigner, signatureV4aContainer: {} },
    transport: createTransport(() => {
      const { fn, requestId, timedOut } = requireInvocation();
      const { cloud, roleArn, name } = fn;
      return { cloud, trace: `Root=${requestId}`, caller: cloud.iam.session(roleArn, name), timedOut };
    }),
  };
}

/**
 * A timer of the code itself, such as the SDK's pause between two attempts, takes simulated time. Except during such timers, a running invocation freezes a
 * jumping clock.
 */
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
