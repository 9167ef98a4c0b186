import { Worker } from 'node:worker_threads';
import type { ExecutionEnvironment, InstalledFunction, InvocationRequest } from './functions.ts';
import { endLines, functionLogGroup, type InvocationReport, logStreamName, startLine } from './log.ts';
import { createLogWriter, type LogLine } from './log-writer.ts';
import { type InvocationEnd, type InvocationOutcome, toPayload } from './outcome.ts';
import type { WorkerInput, WorkerMessage, WorkerRequest } from './worker.ts';

/** Lambda renews an environment's credentials. In the emulator they have a long lifetime, and the environment is discarded before they expire. */
const credentialSeconds = 12 * 3600;

const environmentVariables = (fn: InstalledFunction, logStream: string): Record<string, string> => {
  const { cloud, name, region } = fn;
  const keys = cloud.iam.issueCredentials(cloud.iam.session(fn.roleArn, name), credentialSeconds);
  return {
    ...fn.environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: keys.sessionToken ?? '',
    AWS_ENDPOINT_URL: cloud.url,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: fn.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: functionLogGroup(name),
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
  };
};

const createWorkerInput = (fn: InstalledFunction, logStream: string): WorkerInput => ({
  file: fn.file,
  handler: fn.handler,
  shared: fn.cloud.clock.sharedTime,
  functionName: fn.name,
  functionArn: fn.arn,
  functionVersion: fn.version,
  memoryMb: fn.memoryMb,
  logGroup: functionLogGroup(fn.name),
  logStream,
});

const startWorker = (fn: InstalledFunction, logStream: string): Worker =>
  new Worker(new URL('./worker.ts', import.meta.url), {
    env: environmentVariables(fn, logStream),
    workerData: createWorkerInput(fn, logStream),
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: fn.memoryMb },
  });

/** Lambda's wording for the end of a runtime that did not respond; a thread that ran out of memory counts as killed. */
const exitReason = (why: unknown): string => {
  if (why === 0) return 'Runtime exited without providing a reason';
  const killed = why instanceof Error && 'code' in why && why.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return `Runtime exited with error: ${killed ? 'signal: killed' : `exit status ${typeof why === 'number' ? why : 1}`}`;
};

/**
 * One execution environment: a worker thread with its own variables, credentials and memory, which runs one invocation at a
 * time. A function's time-out counts wall-clock time, because its code computes at wall-clock speed whatever the clock does.
 */
export class WorkerEnvironment implements ExecutionEnvironment {
  /** When its credentials expire, in simulated ms. */
  readonly expires: number;
  busy = false;
  dead = false;
  readonly #fn: InstalledFunction;
  readonly #worker: Worker;
  readonly #deliver: (lines: LogLine[]) => void;
  readonly #ready = Promise.withResolvers<void>();
  #cold: number | undefined = performance.now();
  #lines: LogLine[] = [];
  #settle: (ended: InvocationEnd) => void = () => undefined;

  constructor(fn: InstalledFunction) {
    const { clock, hex } = fn.cloud;
    const logStream = logStreamName(clock.now(), fn.version, hex(32));
    this.#fn = fn;
    this.expires = clock.now() + credentialSeconds * 1000;
    this.#deliver = createLogWriter(fn, logStream);
    this.#worker = startWorker(fn, logStream);
    this.#worker.on('message', (message: WorkerMessage) => this.#handleMessage(message));
    this.#worker.on('error', (error) => this.#die(exitReason(error)));
    this.#worker.on('exit', (code) => this.#die(exitReason(code)));
  }

  /** Runs one invocation to its end; never rejects. */
  async run(invocation: InvocationRequest): Promise<InvocationOutcome> {
    const { promise, resolve } = Promise.withResolvers<InvocationEnd>();
    this.#settle = resolve;
    this.#worker.ref();
    await Promise.race([this.#ready.promise, promise]);
    const initMilliseconds = this.#cold === undefined ? {} : { initMilliseconds: performance.now() - this.#cold };
    this.#cold = undefined;
    this.#log(startLine(invocation, this.#fn.version));
    const started = performance.now();
    const timer = this.#ask(invocation);
    const ended = await promise;
    clearTimeout(timer);
    if ('timedOut' in ended) await this.end();
    this.#worker.unref();
    const report = { milliseconds: performance.now() - started, memoryMb: this.#fn.memoryMb, ...initMilliseconds };
    return this.#concluded(invocation, ended, report);
  }

  /** Ends the thread, whatever it is doing. */
  async end(): Promise<void> {
    this.dead = true;
    await this.#worker.terminate();
  }

  #ask({ requestId, payload }: InvocationRequest): NodeJS.Timeout {
    const { timeoutSeconds } = this.#fn;
    const request: WorkerRequest = { requestId, payload, deadline: Date.now() + timeoutSeconds * 1000 };
    this.#worker.postMessage(request);
    return setTimeout(() => this.#settle({ timedOut: timeoutSeconds }), timeoutSeconds * 1000);
  }

  #concluded(
    invocation: InvocationRequest,
    ended: InvocationEnd,
    report: Omit<InvocationReport, 'heap'>,
  ): InvocationOutcome {
    const { payload, failed } = toPayload(ended, invocation.requestId);
    if ('exited' in ended || 'timedOut' in ended) this.#log(`${JSON.parse(payload).errorMessage}\n`);
    for (const line of endLines(invocation, { ...report, heap: 'heap' in ended ? ended.heap : 0 })) this.#log(line);
    const lines = this.#lines.splice(0);
    this.#deliver(lines);
    return { payload, failed, log: lines.map(({ message }) => message).join('') };
  }

  #handleMessage(message: WorkerMessage): void {
    if ('log' in message) this.#log(message.log);
    else if ('ready' in message) this.#ready.resolve();
    else {
      this.dead ||= 'fatal' in message && message.fatal;
      this.#settle(message);
    }
  }

  #log(message: string): void {
    this.#lines.push({ timestamp: Math.floor(this.#fn.cloud.clock.now()), message });
  }

  #die(reason: string): void {
    this.dead = true;
    this.#settle({ exited: reason });
  }
}
