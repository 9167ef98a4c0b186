import { Environment } from './environment.ts';
import { functionsOf, type InstalledFunction, type Invocation } from './functions.ts';
import type { Outcome } from './outcome.ts';

/** So many environments of one function run at once; the invocations beyond wait their turn, where AWS would start more. */
const most = 4;

/** An environment whose credentials end within this time is not used again. */
const renewalMs = 15 * 60_000;

/** Runs an invocation, unless the cloud has other plans for it. */
export function runIn(fn: InstalledFunction, invocation: Invocation): Promise<Outcome> {
  const { faults } = fn.cloud;
  const { run = runInEnvironment } = functionsOf(fn.cloud);
  const go = () => run(fn, invocation);
  return faults === undefined ? go() : faults.run({ name: fn.name, ...invocation }, go);
}

/** Runs it in a warm environment of the function if one is free, else in a new one, else when one gets free. */
async function runInEnvironment(fn: InstalledFunction, invocation: Invocation): Promise<Outcome> {
  const environment = await free(fn);
  const outcome = await environment.run(invocation);
  environment.busy = false;
  if (environment.dead) discard(fn, environment);
  fn.waiting.shift()?.();
  return outcome;
}

async function free(fn: InstalledFunction): Promise<Environment> {
  for (;;) {
    const found = warm(fn) ?? cold(fn);
    if (found !== undefined) {
      found.busy = true;
      return found;
    }
    await new Promise<void>((resolve) => fn.waiting.push(resolve));
  }
}

function warm(fn: InstalledFunction): Environment | undefined {
  const soon = fn.cloud.clock.now() + renewalMs;
  const spent = fn.environments.filter(({ busy, dead, expires }) => !busy && (dead || expires <= soon));
  for (const environment of spent) discard(fn, environment);
  return fn.environments.find(({ busy }) => !busy);
}

function cold(fn: InstalledFunction): Environment | undefined {
  if (fn.environments.length >= most) return undefined;
  const environment = new Environment(fn);
  fn.environments.push(environment);
  return environment;
}

function discard(fn: InstalledFunction, environment: Environment): void {
  fn.environments = fn.environments.filter((other) => other !== environment);
  void environment.end();
}
