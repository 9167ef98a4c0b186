import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import type { Cloud } from '../cloud.ts';
import { simulatedDate } from '../simulated-date.ts';
import { functionsOf, type InstalledFunction, type Invocation } from './functions.ts';
import type { Outcome } from './outcome.ts';
import { transportTo } from './transport.ts';

type Handler = (event: unknown, context: object) => Promise<unknown>;

/** One function of a cloud with its variables and credentials, evaluated from the library that holds them all. */
type Load = (fn: InstalledFunction) => Record<string, Handler>;

export interface InProcess {
  /** Of local/lambda/library.ts. */
  library: string;
  /** What `#config` holds. */
  config: unknown;
  /** Everything that the functions have written. */
  log: string[];
}

/**
 * Runs a cloud's functions in this process and on this clock, which is a hundred times faster than in threads of their own, and always
 * the same way: the code, the SDK, its retries and signatures are the shipped ones; no socket, no thread and no time of the wall is between.
 */
export function inProcess(cloud: Cloud, what: InProcess): void {
  const running = new AsyncLocalStorage<Invocation>();
  const trace = () => `Root=${running.getStore()?.requestId ?? ''}`;
  const load = loader(cloud, what, transportTo(cloud, trace));
  const loaded = new Map<string, Record<string, Handler>>();
  functionsOf(cloud).run = (fn, invocation) => {
    const handlers = loaded.get(fn.arn) ?? load(fn);
    loaded.set(fn.arn, handlers);
    const handler = handlers[fn.handler.split('.')[0] ?? ''];
    if (handler === undefined) throw new Error(`${fn.name} is not in the library`);
    return running.run(invocation, () => outcomeOf(handler, fn, invocation));
  };
}

async function outcomeOf(handler: Handler, { name }: InstalledFunction, invocation: Invocation): Promise<Outcome> {
  try {
    const context = { functionName: name, awsRequestId: invocation.requestId };
    const result = await handler(JSON.parse(invocation.payload), context);
    return { payload: JSON.stringify(result ?? null), failed: false, log: '' };
  } catch (error) {
    const { name: errorType, message: errorMessage } = error instanceof Error ? error : new Error(String(error));
    return { payload: JSON.stringify({ errorType, errorMessage, trace: [] }), failed: true, log: '' };
  }
}

/** A function's credentials outlive every simulated day that is played here. */
const credentialSeconds = 400 * 24 * 3600;

const variablesOf = ({ cloud, name, region, roleArn, environment }: InstalledFunction): Record<string, string> => {
  const keys = cloud.iam.issue(cloud.iam.session(roleArn, name), credentialSeconds);
  return {
    ...environment,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: keys.sessionToken ?? '',
    AWS_ENDPOINT_URL: cloud.url,
    AWS_LAMBDA_FUNCTION_NAME: name,
  };
};

/** A `process` whose environment and output are the function's own. */
const processOf = (env: Record<string, string>, write: (text: string) => true): NodeJS.Process => {
  const own: Record<string | symbol, unknown> = { env, stdout: { write }, stderr: { write } };
  return new Proxy(process, { get: (real, name) => (name in own ? own[name] : Reflect.get(real, name)) });
};

const consoleOf = (write: (text: string) => true): object =>
  Object.fromEntries(
    ['log', 'info', 'warn', 'error', 'debug'].map((name) => [name, (text: unknown) => write(`${text}`)]),
  );

/** A wait of the code's own (the SDK's between two attempts) takes simulated time, while the invocation still holds the clock. */
const timersOf = ({ clock }: Cloud) => ({
  setTimeout(act: () => void, ms = 0) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = clock.after(ms, () => {
      resolve();
      act();
    });
    const cancel = () => {
      stop();
      resolve();
    };
    void clock.pause(promise);
    const timer = { cancel, ref: () => timer, unref: () => timer };
    return timer;
  },
  clearTimeout: (timer?: { cancel(): void }) => timer?.cancel(),
});

function loader(cloud: Cloud, { library, config, log }: InProcess, transport: object): Load {
  const write = (text: string): true => {
    log.push(text);
    return true;
  };
  const common = {
    require: createRequire(import.meta.url),
    console: consoleOf(write),
    Date: simulatedDate(() => Math.floor(cloud.clock.now())),
    Math: Object.create(Math, { random: { value: cloud.chance } }),
    ...timersOf(cloud),
    transport,
    config,
  };
  const names = ['exports', 'process', ...Object.keys(common)];
  const evaluate = compileFunction(library, names);
  return (fn) => {
    const handlers: Record<string, Handler> = {};
    evaluate(handlers, processOf(variablesOf(fn), write), ...Object.values(common));
    return handlers;
  };
}
