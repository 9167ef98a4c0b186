/**
 * The code inside an execution environment, in a worker thread: imports the function's bundle once, then handles one invocation
 * after the other, as Lambda's Node.js runtime does. Its time is the embedded AWS's.
 */
import { format, types } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { readSharedTime } from '../clock.ts';
import { createSimulatedDate } from '../simulated-date.ts';

/** What the environment passes to its worker at the start. */
export interface WorkerInput {
  file: string;
  /** `<file>.<export>`. */
  handler: string;
  shared: Float64Array;
  functionName: string;
  functionArn: string;
  functionVersion: string;
  memoryMb: number;
  logGroup: string;
  logStream: string;
}

/** The environment's request for one invocation; `deadline` is wall-clock time in ms. */
export interface WorkerRequest {
  requestId: string;
  payload: string;
  deadline: number;
}

/** A worker's message to its environment. */
export type WorkerMessage =
  | { ready: true }
  | { log: string }
  | { answer: string; heap: number }
  /** `fatal`: the environment cannot be used any more. */
  | { failure: string; heap: number; fatal: boolean };

type Handler = (event: unknown, context: unknown) => unknown;

const workerInput: WorkerInput = workerData;
const wallNow = Date.now;
let requestId = '';

const postMessage = (message: WorkerMessage): void => parentPort?.postMessage(message);

/** Lambda logs an error as its name, message and stack lines; a thrown value that is not an Error as its type and text. */
const serializeError = (error: unknown) =>
  types.isNativeError(error)
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

const logLevels = { log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', debug: 'DEBUG', trace: 'TRACE' } as const;

/** The console writes `time<TAB>request<TAB>level<TAB>text`; output to the standard streams is logged unchanged. */
function captureOutput(): void {
  const write = (chunk: Uint8Array | string): boolean => {
    postMessage({ log: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString() });
    return true;
  };
  process.stdout.write = write;
  process.stderr.write = write;
  for (const [method, level] of Object.entries(logLevels)) {
    const line = (...given: unknown[]) =>
      write(`${new Date().toISOString()}\t${requestId}\t${level}\t${format(...given)}\n`);
    Object.assign(console, { [method]: line });
  }
}

const isHandler = (exported: unknown): exported is Handler => typeof exported === 'function';

async function loadHandler({ file, handler }: WorkerInput): Promise<Handler> {
  const exported: unknown = (await import(file))[handler.split('.').at(-1) ?? ''];
  if (isHandler(exported)) return exported;
  const missing = new Error(`${handler} is undefined or not exported`);
  missing.name = 'Runtime.HandlerNotFound';
  throw missing;
}

const createContext = (request: WorkerRequest) => ({
  functionName: workerInput.functionName,
  functionVersion: workerInput.functionVersion,
  invokedFunctionArn: workerInput.functionArn,
  memoryLimitInMB: String(workerInput.memoryMb),
  awsRequestId: request.requestId,
  logGroupName: workerInput.logGroup,
  logStreamName: workerInput.logStream,
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, request.deadline - wallNow()),
});

function reportError(error: unknown, fatal: boolean): void {
  const failure = JSON.stringify(serializeError(error));
  postMessage({ log: `${new Date().toISOString()}\t${requestId}\tERROR\tInvoke Error \t${failure}\n` });
  postMessage({ failure, heap: process.memoryUsage().heapUsed, fatal });
}

async function invoke(handler: Handler, request: WorkerRequest): Promise<void> {
  requestId = request.requestId;
  // The SDK sends it with every call, so that AWS knows which invocation makes the call
  // (docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html).
  process.env._X_AMZN_TRACE_ID = `Root=${requestId}`;
  try {
    const result = await handler(JSON.parse(request.payload), createContext(request));
    postMessage({ answer: JSON.stringify(result ?? null), heap: process.memoryUsage().heapUsed });
  } catch (error) {
    reportError(error, false);
  }
}

globalThis.Date = createSimulatedDate(() => Math.floor(readSharedTime(workerInput.shared, wallNow())));
captureOutput();
loadHandler(workerInput)
  .then(
    (handler) => parentPort?.on('message', (request: WorkerRequest) => void invoke(handler, request)),
    // A failed import is reported to the first invocation; the next one starts again.
    (error) =>
      parentPort?.once('message', (request: WorkerRequest) => {
        requestId = request.requestId;
        reportError(error, true);
      }),
  )
  .then(() => postMessage({ ready: true }));
