import { attemptsOf, Denied, Interrupted, type ProbeContext, sleepUnlessInterrupted, statusOf } from './context.ts';
import type { Probe } from './probe.ts';
import type { ProbeResource } from './resource.ts';
import { probeResources } from './resources.ts';
import { isCannotAssumeError, roleDelayMs } from './role-delay.ts';

/** The resources with these ids, in the order of creation. */
export const inOrder = (ids: Iterable<string>): [string, ProbeResource][] => {
  const wanted = new Set(ids);
  return Object.entries(probeResources).filter(([id]) => wanted.has(id));
};

/** What this run created, and what AWS refused to create. */
export interface CreatedResources {
  ids: Set<string>;
  refusals: Map<string, unknown>;
}

/** Whether AWS refused the request, so that nothing was created. After an internal error of AWS, or without an answer, the resource may exist. */
const isRefused = (error: unknown): boolean => {
  const status = statusOf(error instanceof Denied ? error.cause : error);
  return status !== undefined && status < 500;
};

/**
 * True if somebody else, for example another run, created a resource with this name after this run began. If the SDK retried the creation, the
 * resource counts as our own, because the first answer may have been lost.
 */
const isTakenByOthers = (error: unknown): boolean =>
  error instanceof Error && /AlreadyExists|AlreadyOwnedByYou|NameInUse/.test(error.name) && attemptsOf(error) === 1;

const retryCreationMs = 5000;

/** Tries again for a minute, because other services do not know a new role immediately. */
async function createWhenRoleIsKnown(context: ProbeContext, resource: ProbeResource): Promise<void> {
  const end = context.now().getTime() + roleDelayMs;
  for (;;) {
    const failed = await resource.create(context).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failed === undefined) return;
    if (!isCannotAssumeError(failed) || context.now().getTime() >= end) throw failed;
    await sleepUnlessInterrupted(context, retryCreationMs);
  }
}

async function createOne(context: ProbeContext, created: CreatedResources, [id, resource]: [string, ProbeResource]) {
  if (created.ids.has(id) || created.refusals.has(id)) return;
  // Recorded before the call, so that the resource is removed if the process is interrupted now.
  created.ids.add(id);
  await createWhenRoleIsKnown(context, resource).catch(async (error: unknown) => {
    if (error instanceof Interrupted) throw error;
    created.refusals.set(id, error);
    const isOurs = !isRefused(error) || (!isTakenByOthers(error) && (await resource.exists(context).catch(() => true)));
    if (!isOurs) created.ids.delete(id);
  });
}

/** Creates the resources that a probe needs and that do not exist yet. Returns AWS's error if AWS refuses to create one. */
export async function createNeededResources(
  context: ProbeContext,
  created: CreatedResources,
  probe: Probe,
): Promise<unknown> {
  for (const one of inOrder([...probe.needs, ...(probe.wants ?? [])])) {
    await createOne(context, created, one);
    const isNeeded = probe.needs.some((id) => id === one[0]);
    if (isNeeded && created.refusals.has(one[0])) return created.refusals.get(one[0]);
  }
  return undefined;
}

/** Returns the descriptions of the probe's resources that exist now, created by this run or by an earlier one. */
export async function listExisting(context: ProbeContext, ids: Iterable<string> = Object.keys(probeResources)) {
  const existing: { id: string; description: string }[] = [];
  for (const [id, resource] of inOrder(ids)) {
    // If the user is not allowed to read the resource, the probe tries to create it. AWS's denial of the creation is the finding.
    const isThere = await resource.exists(context).catch((error: unknown) => {
      if (error instanceof Denied) return false;
      throw error;
    });
    if (isThere) existing.push({ id, description: resource.describe(context) });
  }
  return existing;
}
