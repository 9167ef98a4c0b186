import type { Target } from '../core/model/release.ts';
import { taskTokensKey } from '../core/model/table-keys.ts';
import {
  findExecutionsToWake,
  listAttributesToRemove,
  type SleepingExecution,
} from '../core/waiting/sleeping-executions.ts';
import { isTableUnavailable, type TableUnavailable, updateItem } from './dynamodb.ts';

/**
 * A time in ms that is longer than any check takes. The item contains the last two deployment starts (of a release and of its rollback). A new start
 * overwrites the older start only if this much time has passed since the older start, because by then every check has seen it. A third start within this
 * time is recorded like any other event.
 */
const minStartDistanceMs = 120_000;

/** Records any event except the start of a deployment. Never replaces a later time: the invocation that recorded the later time has woken every execution. */
const anyEventUpdate = (now: Date) => ({
  update: 'SET noticed = :now',
  condition: 'attribute_not_exists(noticed) OR noticed <= :now',
  values: { ':now': now.toISOString() },
});

/** Records the start of a deployment with its id, because the execution that watches this deployment needs no wake-up for it. */
const deploymentStartUpdate = (deployment: string, now: Date) => ({
  update:
    'SET beganBefore = if_not_exists(began, :never), begunBefore = if_not_exists(begun, :none), began = :now, begun = :begun',
  condition:
    '(attribute_not_exists(begun) OR begun <> :begun) AND (attribute_not_exists(beganBefore) OR beganBefore < :before)',
  values: {
    ':now': now.toISOString(),
    ':begun': deployment,
    ':never': new Date(0).toISOString(),
    ':none': 'none',
    ':before': new Date(now.getTime() - minStartDistanceMs).toISOString(),
  },
});

/**
 * Records an event of the service, so that no execution begins to wait without having seen the event. Returns the executions that wait already.
 * `startedDeployment`: see core/events/wake-event.ts.
 */
export async function recordEventAndReadSleepers(
  target: Target,
  now: Date,
  startedDeployment: string | undefined,
): Promise<SleepingExecution[] | TableUnavailable> {
  const key = taskTokensKey(target);
  const update = startedDeployment === undefined ? anyEventUpdate(now) : deploymentStartUpdate(startedDeployment, now);
  const updated = await updateItem(key, update);
  // The write was refused. A deployment start is now recorded like any other event. Another event needs no further write, because the invocation that
  // recorded a later event wakes all executions.
  if (updated === 'refused')
    return startedDeployment === undefined ? [] : recordEventAndReadSleepers(target, now, undefined);
  if (isTableUnavailable(updated)) return updated;
  const before = updated.before ?? {};
  await removeAttributes(target, listAttributesToRemove(before, now));
  return findExecutionsToWake(before, startedDeployment, now);
}

/** The result is not checked: an expired token that stays in the item does no harm. */
async function removeAttributes(target: Target, attributes: string[]): Promise<void> {
  if (attributes.length === 0) return;
  const names = Object.fromEntries(attributes.map((name, at) => [`#expired${at}`, name]));
  await updateItem(taskTokensKey(target), { update: `REMOVE ${Object.keys(names).join(', ')}`, names });
}
