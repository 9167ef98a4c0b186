import { Denied, Interrupted, type ProbeContext, pause, statusOf } from './context.ts';
import type { Probe } from './probe.ts';
import type { ProbeResource } from './resource.ts';
import { probeResources } from './resources.ts';
import { isCannotAssumeError, roleDelayMs } from './role-delay.ts';

const entries = Object.entries(probeResources);

/** The resources with these ids, in the order of creation. */
const inOrder = (ids: Iterable<string>): [string, ProbeResource][] => {
  const wanted = new Set(ids);
  return entries.filter(([id]) => wanted.has(id));
};

/** What this run created, and what AWS refused to create. */
export interface CreatedResources {
  ids: Set<string>;
  refusals: Map<string, unknown>;
}

/** True if AWS refused the request: then nothing was created. Without an answer, or with an error of AWS's own, something may be there. */
const isRefused = (error: unknown): boolean => {
  const status = statusOf(error instanceof Denied ? error.cause : error);
  return status !== undefined && status < 500;
};

const retryCreationMs = 5000;

/** While a service does not know a new role, tries again for a minute. */
async function createWhenRoleIsKnown(context: ProbeContext, resource: ProbeResource): Promise<void> {
  const end = context.now().getTime() + roleDelayMs;
  for (;;) {
    const failed = await resource.create(context).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failed === undefined) return;
    if (!isCannotAssumeError(failed) || context.now().getTime() >= end) throw failed;
    await pause(context, retryCreationMs);
  }
}

async function createOne(context: ProbeContext, created: CreatedResources, [id, resource]: [string, ProbeResource]) {
  if (created.ids.has(id) || created.refusals.has(id)) return;
  // Noted before the call: if the process is interrupted now, the resource is removed.
  created.ids.add(id);
  await createWhenRoleIsKnown(context, resource).catch(async (error: unknown) => {
    if (error instanceof Interrupted) throw error;
    created.refusals.set(id, error);
    const isThere = !isRefused(error) || (await resource.exists(context).catch(() => true));
    if (!isThere) created.ids.delete(id);
  });
}

/** Creates what a probe needs and does not exist yet. Returns the error of what it needs and AWS refused. */
export async function createFor(context: ProbeContext, created: CreatedResources, probe: Probe): Promise<unknown> {
  for (const one of inOrder([...probe.needs, ...(probe.wants ?? [])])) {
    await createOne(context, created, one);
    const isNeeded = probe.needs.some((id) => id === one[0]);
    if (isNeeded && created.refusals.has(one[0])) return created.refusals.get(one[0]);
  }
  return undefined;
}

/** The descriptions of those of the probe's resources that exist, from this run or an earlier one. */
export async function listExisting(context: ProbeContext, ids: Iterable<string> = Object.keys(probeResources)) {
  const existing: { id: string; description: string }[] = [];
  for (const [id, resource] of inOrder(ids)) {
    // Whoever must not look can hardly create: AWS's refusal of the creation is the answer then.
    const isThere = await resource.exists(context).catch((error: unknown) => {
      if (error instanceof Denied) return false;
      throw error;
    });
    if (isThere) existing.push({ id, description: resource.describe(context) });
  }
  return existing;
}

/** AWS refuses to remove what is still in use, for example a cluster whose service is DRAINING. */
const attempts = 20;
const retryMs = 6000;

async function removeOne(context: ProbeContext, resource: ProbeResource): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    const failed = await resource.remove(context).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failed === undefined || failed instanceof Denied || attempt === attempts) return failed;
    await pause(context, retryMs);
  }
}

/** Removes resources in the reverse order of their creation. Ctrl-C does not stop it. Returns the descriptions of what could not be removed. */
export async function removeResources(context: ProbeContext, ids: Iterable<string>): Promise<string[]> {
  const steady = { ...context, interrupted: new AbortController().signal };
  const left: string[] = [];
  for (const [, resource] of inOrder(ids).reverse()) {
    const failed = await removeOne(steady, resource);
    if (failed === undefined) continue;
    const why = failed instanceof Error ? failed.message : String(failed);
    left.push(`${resource.describe(context)} (${why})`);
  }
  return left;
}

/** Everything that the probes could create, for the user to read first. */
export const describeAll = (context: ProbeContext): string[] =>
  entries.map(([, resource]) => resource.describe(context));
