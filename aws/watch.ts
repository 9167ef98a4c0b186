import type { Target } from '../core/deployment.ts';
import { watchKey } from '../core/news.ts';
import { isUnavailable, type Unavailable, updateItem } from './dynamodb.ts';

/** Anything but the begin of a deployment. */
const anything = { update: 'SET noticed = :now REMOVE #token, begun', condition: undefined, values: {} };

/** The begin of a deployment is no news to who sleeps through it, and who is about to sees by its id that it is the awaited one. */
const begin = (deployment: string) => ({
  update: 'SET noticed = :now, begun = :begun REMOVE #token',
  condition: 'attribute_not_exists(#token) OR deployment <> :begun',
  values: { ':begun': deployment },
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
  const change = begun === undefined ? anything : begin(begun);
  const left = await updateItem(watchKey(target), {
    ...change,
    names: { '#token': 'token' },
    values: { ':now': now.toISOString(), ...change.values },
  });
  if (left === 'refused') return undefined;
  if (isUnavailable(left)) return left;
  const { token } = left.before ?? {};
  return typeof token === 'string' ? token : undefined;
}
