import { WorkerEnvironment } from './environment.ts';
import {
  type ExecutionEnvironment,
  getFunctions,
  type InstalledFunction,
  type InvocationRequest,
} from './functions.ts';
import type { InvocationOutcome } from './outcome.ts';

/** Maximum number of concurrent environments of a function. Further invocations wait. AWS would start more environments. */
const maxEnvironments = 4;

/** An environment whose credentials expire within this time is not reused. */
const minCredentialLifeMs = 15 * 60_000;

/** Runs an invocation, unless the cloud's fault hook intervenes. */
export function runInvocation(fn: InstalledFunction, invocation: InvocationRequest): Promise<InvocationOutcome> {
  const { faultHooks } = fn.cloud;
  const { run = runInEnvironment } = getFunctions(fn.cloud);
  const proceed = () => run(fn, invocation);
  return faultHooks === undefined ? proceed() : faultHooks.run({ name: fn.name, ...invocation }, proceed);
}

/** Runs the invocation in a free warm environment of the function. If there is none, uses a new environment, or else the next one that becomes free. */
async function runInEnvironment(fn: InstalledFunction, invocation: InvocationRequest): Promise<InvocationOutcome> {
  const environment = await acquireEnvironment(fn);
  const outcome = await environment.run(invocation);
  environment.busy = false;
  if (environment.dead || isReplaced(fn)) discardEnvironment(fn, environment);
  fn.waitingForEnvironment.shift()?.();
  return outcome;
}

/** Whether the function's code or settings changed after this invocation began. */
const isReplaced = (fn: InstalledFunction): boolean => getFunctions(fn.cloud).byArn.get(fn.arn) !== fn;

async function acquireEnvironment(fn: InstalledFunction): Promise<ExecutionEnvironment> {
  for (;;) {
    const found = findWarmEnvironment(fn) ?? createEnvironment(fn);
    if (found !== undefined) {
      found.busy = true;
      return found;
    }
    await new Promise<void>((resolve) => fn.waitingForEnvironment.push(resolve));
  }
}

function findWarmEnvironment(fn: InstalledFunction): ExecutionEnvironment | undefined {
  const soon = fn.cloud.clock.now() + minCredentialLifeMs;
  const spent = fn.environments.filter(({ busy, dead, expires }) => !busy && (dead || expires <= soon));
  for (const environment of spent) discardEnvironment(fn, environment);
  return fn.environments.find(({ busy }) => !busy);
}

function createEnvironment(fn: InstalledFunction): ExecutionEnvironment | undefined {
  if (fn.environments.length >= maxEnvironments) return undefined;
  const environment = new WorkerEnvironment(fn);
  fn.environments.push(environment);
  return environment;
}

function discardEnvironment(fn: InstalledFunction, environment: ExecutionEnvironment): void {
  fn.environments = fn.environments.filter((other) => other !== environment);
  void environment.end();
}
