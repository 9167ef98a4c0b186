/**
 * What runs inside an execution environment, in a worker thread: imports the function's bundle once, then answers one
 * invocation after the other, as Lambda's Node.js runtime does. Time is the embedded AWS's.
 */
import { format, types } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { sharedNow } from '../clock.ts';
import { simulatedDate } from '../simulated-date.ts';

/** What the environment tells its worker when it starts. */
export interface Boot {
  file: string;
  /** `<file>.<export>` */
  handler: string;
  shared: Float64Array;
  functionName: string;
  functionArn: string;
  memoryMb: number;
  logGroup: string;
  logStream: string;
}

/** One invocation, as the environment asks for it; `deadline` is the wall's, in ms. */
export interface Asked {
  requestId: string;
  payload: string;
  deadline: number;
}

/** What a worker says back. */
export type Said =
  | { ready: true }
  | { log: string }
  | { answer: string; heap: number }
  /** `fatal`: the environment cannot go on. */
  | { failure: string; heap: number; fatal: boolean };

type Handler = (event: unknown, context: unknown) => unknown;

const boot: Boot = workerData;
const wallNow = Date.now;
let requestId = '';

const say = (said: Said): void => parentPort?.postMessage(said);

/** Lambda writes an error as its name, its text and the lines of its stack; what is no error by its kind and its text. */
const failureOf = (error: unknown) =>
  types.isNativeError(error)
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

const levels = { log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', debug: 'DEBUG', trace: 'TRACE' } as const;

/** The console writes `time<TAB>request<TAB>level<TAB>text`; what goes to the standard streams is logged as it is. */
function captureOutput(): void {
  const write = (chunk: Uint8Array | string): boolean => {
    say({ log: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString() });
    return true;
  };
  process.stdout.write = write;
  process.stderr.write = write;
  for (const [method, level] of Object.entries(levels)) {
    const line = (...given: unknown[]) =>
      write(`${new Date().toISOString()}\t${requestId}\t${level}\t${format(...given)}\n`);
    Object.assign(console, { [method]: line });
  }
}

const isHandler = (exported: unknown): exported is Handler => typeof exported === 'function';

async function handlerOf({ file, handler }: Boot): Promise<Handler> {
  const exported: unknown = (await import(file))[handler.split('.').at(-1) ?? ''];
  if (isHandler(exported)) return exported;
  const missing = new Error(`${handler} is undefined or not exported`);
  missing.name = 'Runtime.HandlerNotFound';
  throw missing;
}

const contextOf = (asked: Asked) => ({
  functionName: boot.functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: boot.functionArn,
  memoryLimitInMB: String(boot.memoryMb),
  awsRequestId: asked.requestId,
  logGroupName: boot.logGroup,
  logStreamName: boot.logStream,
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, asked.deadline - wallNow()),
});

function fail(error: unknown, fatal: boolean): void {
  const failure = JSON.stringify(failureOf(error));
  say({ log: `${new Date().toISOString()}\t${requestId}\tERROR\tInvoke Error \t${failure}\n` });
  say({ failure, heap: process.memoryUsage().heapUsed, fatal });
}

async function invoke(handler: Handler, asked: Asked): Promise<void> {
  requestId = asked.requestId;
  // The SDK sends it with every call, which tells AWS for which invocation that is (docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html).
  process.env._X_AMZN_TRACE_ID = `Root=${requestId}`;
  try {
    const result = await handler(JSON.parse(asked.payload), contextOf(asked));
    say({ answer: JSON.stringify(result ?? null), heap: process.memoryUsage().heapUsed });
  } catch (error) {
    fail(error, false);
  }
}

globalThis.Date = simulatedDate(() => Math.floor(sharedNow(boot.shared, wallNow())));
captureOutput();
handlerOf(boot)
  .then(
    (handler) => parentPort?.on('message', (asked: Asked) => void invoke(handler, asked)),
    // An import that fails is told to the first invocation; the next one begins anew.
    (error) =>
      parentPort?.once('message', (asked: Asked) => {
        requestId = asked.requestId;
        fail(error, true);
      }),
  )
  .then(() => say({ ready: true }));
