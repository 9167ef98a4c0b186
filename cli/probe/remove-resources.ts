import { Denied, type ProbeContext, sleepUnlessInterrupted } from './context.ts';
import { inOrder } from './create-resources.ts';
import type { ProbeResource } from './resource.ts';

/** AWS refuses to remove what is still in use, for example a cluster whose service is DRAINING. Milliseconds, for all resources together. */
const limitMs = 5 * 60_000;
const retryMs = 6000;

/** Tries at least once, and until `end` if AWS refuses. Returns the last error. */
async function removeOne(context: ProbeContext, resource: ProbeResource, end: number): Promise<unknown> {
  for (;;) {
    const failed = await resource.remove(context).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failed === undefined || failed instanceof Denied || context.now().getTime() >= end) return failed;
    await sleepUnlessInterrupted(context, retryMs);
  }
}

/** Removes resources in the reverse order of their creation. Ctrl-C does not stop it. Returns the descriptions of what could not be removed. */
export async function removeResources(context: ProbeContext, ids: Iterable<string>): Promise<string[]> {
  const steady = { ...context, interrupted: new AbortController().signal };
  const end = context.now().getTime() + limitMs;
  const left: string[] = [];
  for (const [, resource] of inOrder(ids).reverse()) {
    const failed = await removeOne(steady, resource, end);
    if (failed === undefined) continue;
    const why = failed instanceof Error ? failed.message : String(failed);
    left.push(`${resource.describe(context)} (${why})`);
  }
  return left;
}
