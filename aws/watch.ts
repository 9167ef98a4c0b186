import type { Target } from '../core/deployment.ts';
import { watchKey } from '../core/news.ts';
import { isUnavailable, type Unavailable, updateItem } from './dynamodb.ts';

/** Where no token is known: the deployment that an execution watches itself is no news to it, and who does not sleep needs no waking. */
const unlessKnown = (begun: string) => ({
  condition: 'attribute_exists(#token) AND deployment <> :begun',
  values: { ':begun': begun },
});

/**
 * Leaves word for whoever watches the service that something is new, so that it does not fall asleep over it, and takes the token of the
 * one that sleeps already: of two that come at once, one gets it. `begun`: see core/wake.ts.
 */
export async function leaveWord(
  target: Target,
  now: Date,
  begun: string | undefined,
): Promise<string | undefined | Unavailable> {
  const known = begun === undefined ? undefined : unlessKnown(begun);
  const left = await updateItem(watchKey(target), {
    update: 'SET noticed = :now REMOVE #token',
    condition: known?.condition,
    names: { '#token': 'token' },
    values: { ':now': now.toISOString(), ...known?.values },
  });
  if (left === 'refused') return undefined;
  if (isUnavailable(left)) return left;
  const { token } = left.before ?? {};
  return typeof token === 'string' ? token : undefined;
}
