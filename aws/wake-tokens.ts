import type { Target } from '../core/model/release.ts';
import { taskTokensKey } from '../core/model/table-keys.ts';
import { findExecutionsToWake, findExpiredAttributes } from '../core/waiting/sleeping-executions.ts';
import { isTableUnavailable, type TableUnavailable, updateItem } from './dynamodb.ts';

/** A begin longer ago than this was seen by every look since: none takes so long, in ms. Of two that come closer to each other the second is noted as any news. */
const minStartDistanceMs = 120_000;

/** Anything but the begin of a deployment. Not before what was noted already: whoever noted that has woken all. */
const anyEventUpdate = (now: Date) => ({
  update: 'SET noticed = :now',
  condition: 'attribute_not_exists(noticed) OR noticed <= :now',
  values: { ':now': now.toISOString() },
});

/** The begin of a deployment is noted with its id: it is no news to who watches that very one. */
const deploymentStartUpdate = (deployment: string, now: Date) => ({
  update: 'SET began = :now, begun = :begun',
  condition: 'attribute_not_exists(began) OR begun = :begun OR began < :before',
  values: {
    ':now': now.toISOString(),
    ':begun': deployment,
    ':before': new Date(now.getTime() - minStartDistanceMs).toISOString(),
  },
});

/**
 * Leaves word for whoever watches the service that something is new, so that nobody falls asleep over it, and answers the tokens of those who
 * sleep already: of two words that are left at once, one answers them. `begun`: see core/events/wake-event.ts.
 */
export async function recordEventAndReadTokens(
  target: Target,
  now: Date,
  begun: string | undefined,
): Promise<string[] | TableUnavailable> {
  const key = taskTokensKey(target);
  const left = await updateItem(key, begun === undefined ? anyEventUpdate(now) : deploymentStartUpdate(begun, now));
  if (left === 'refused') return begun === undefined ? [] : recordEventAndReadTokens(target, now, undefined);
  if (isTableUnavailable(left)) return left;
  const before = left.before ?? {};
  await removeAttributes(target, findExpiredAttributes(before, now));
  return findExecutionsToWake(before, begun, now).map(({ token }) => token);
}

/** Whether it succeeds matters to nobody: what lies there is done with. */
async function removeAttributes(target: Target, attributes: string[]): Promise<void> {
  if (attributes.length === 0) return;
  const names = Object.fromEntries(attributes.map((name, at) => [`#left${at}`, name]));
  await updateItem(taskTokensKey(target), { update: `REMOVE ${Object.keys(names).join(', ')}`, names });
}
