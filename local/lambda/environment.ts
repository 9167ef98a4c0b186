import { Worker } from 'node:worker_threads';
import type { InstalledFunction, Invocation } from './functions.ts';
import { endLines, logGroupOf, logStreamOf, type Report, startLine } from './log.ts';
import { type LogLine, logDelivery } from './log-delivery.ts';
import { type Ended, type Outcome, payloadOf } from './outcome.ts';
import type { Asked, Boot, Said } from './runtime.ts';

/** Lambda renews an environment's credentials itself; here they live long and the environment goes before they do. */
const credentialSeconds = 12 * 3600;

const variablesOf = (fn: InstalledFunction, logStream: string): Record<string, string> => {
  const { cloud, name, region } = fn;
  const keys = cloud.iam.issue(cloud.iam.session(fn.roleArn, name), credentialSeconds);
  return {
    ...fn.environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: keys.sessionToken ?? '',
    AWS_ENDPOINT_URL: cloud.url,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: logGroupOf(name),
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
  };
};

const bootOf = (fn: InstalledFunction, logStream: string): Boot => ({
  file: fn.file,
  handler: fn.handler,
  shared: fn.cloud.clock.shared,
  functionName: fn.name,
  functionArn: fn.arn,
  memoryMb: fn.memoryMb,
  logGroup: logGroupOf(fn.name),
  logStream,
});

const startWorker = (fn: InstalledFunction, logStream: string): Worker =>
  new Worker(new URL('./runtime.ts', import.meta.url), {
    env: variablesOf(fn, logStream),
    workerData: bootOf(fn, logStream),
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: fn.memoryMb },
  });

/** How Lambda names the end of a runtime that did not answer; a thread that ran out of memory was killed there. */
const exitReason = (why: unknown): string => {
  if (why === 0) return 'Runtime exited without providing a reason';
  const killed = why instanceof Error && 'code' in why && why.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return `Runtime exited with error: ${killed ? 'signal: killed' : `exit status ${typeof why === 'number' ? why : 1}`}`;
};

/**
 * One execution environment: a worker thread with its own variables, credentials and memory, for one invocation at a time.
 * A function's time-out is counted on the wall, because its code computes at the wall's speed whatever the clock does.
 */
export class Environment {
  /** When its credentials end, in simulated ms. */
  readonly expires: number;
  busy = false;
  dead = false;
  readonly #fn: InstalledFunction;
  readonly #worker: Worker;
  readonly #deliver: (lines: LogLine[]) => void;
  readonly #ready = Promise.withResolvers<void>();
  #cold: number | undefined = performance.now();
  #lines: LogLine[] = [];
  #settle: (ended: Ended) => void = () => undefined;

  constructor(fn: InstalledFunction) {
    const { clock, hex } = fn.cloud;
    const logStream = logStreamOf(clock.now(), hex(32));
    this.#fn = fn;
    this.expires = clock.now() + credentialSeconds * 1000;
    this.#deliver = logDelivery(fn, logStream);
    this.#worker = startWorker(fn, logStream);
    this.#worker.on('message', (said: Said) => this.#hear(said));
    this.#worker.on('error', (error) => this.#die(exitReason(error)));
    this.#worker.on('exit', (code) => this.#die(exitReason(code)));
  }

  /** Runs one invocation to its end; never rejects. */
  async run(invocation: Invocation): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Ended>();
    this.#settle = resolve;
    this.#worker.ref();
    await Promise.race([this.#ready.promise, promise]);
    const initMilliseconds = this.#cold === undefined ? {} : { initMilliseconds: performance.now() - this.#cold };
    this.#cold = undefined;
    this.#log(startLine(invocation));
    const started = performance.now();
    const timer = this.#ask(invocation);
    const ended = await promise;
    clearTimeout(timer);
    if ('timedOut' in ended) await this.end();
    this.#worker.unref();
    const report = { milliseconds: performance.now() - started, memoryMb: this.#fn.memoryMb, ...initMilliseconds };
    return this.#concluded(invocation, ended, report);
  }

  /** Ends the thread wherever it is. */
  async end(): Promise<void> {
    this.dead = true;
    await this.#worker.terminate();
  }

  #ask({ requestId, payload }: Invocation): NodeJS.Timeout {
    const { timeoutSeconds } = this.#fn;
    const asked: Asked = { requestId, payload, deadline: Date.now() + timeoutSeconds * 1000 };
    this.#worker.postMessage(asked);
    return setTimeout(() => this.#settle({ timedOut: timeoutSeconds }), timeoutSeconds * 1000);
  }

  #concluded(invocation: Invocation, ended: Ended, report: Omit<Report, 'heap'>): Outcome {
    const { payload, failed } = payloadOf(ended, invocation.requestId);
    if ('exited' in ended || 'timedOut' in ended) this.#log(`${JSON.parse(payload).errorMessage}\n`);
    for (const line of endLines(invocation, { ...report, heap: 'heap' in ended ? ended.heap : 0 })) this.#log(line);
    const lines = this.#lines.splice(0);
    this.#deliver(lines);
    return { payload, failed, log: lines.map(({ message }) => message).join('') };
  }

  #hear(said: Said): void {
    if ('log' in said) this.#log(said.log);
    else if ('ready' in said) this.#ready.resolve();
    else {
      this.dead ||= 'fatal' in said && said.fatal;
      this.#settle(said);
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
