import type { CellCounts } from './row.ts';

/**
 * AWS's prices in US dollars, as published and read on 2026-11-23. aws.amazon.com/step-functions/pricing: 0.025 for 1,000 transitions in
 * eu-west-1, retries count. aws.amazon.com/lambda/pricing: 0.20 for a million requests, 0.0000133334 for a GB-second on arm64, which the
 * functions use. Free tiers, DynamoDB and logs are not included.
 */
export const prices = { transition: 0.025 / 1_000, request: 0.2 / 1_000_000, gigabyteSecond: 0.0000133334 };

/** Returns what one deployment costs in dollars; undefined if something was not counted. */
export function estimateDollars({ transitions, invocations, gigabyteSeconds }: CellCounts): number | undefined {
  if (transitions === undefined || invocations === undefined || gigabyteSeconds === undefined) return undefined;
  return transitions * prices.transition + invocations * prices.request + gigabyteSeconds * prices.gigabyteSecond;
}
