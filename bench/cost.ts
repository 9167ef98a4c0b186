import type { Counted } from './row.ts';

/**
 * AWS's prices in US dollars, as published and read on 2026-11-23. aws.amazon.com/step-functions/pricing: 0.025 for 1,000 transitions in
 * eu-west-1, retries count. aws.amazon.com/lambda/pricing: 0.20 for a million requests, 0.00001667 for a GB-second; the functions are
 * arm64, whose "duration charges are 20 percent lower" (AWS News Blog, Graviton2 for Lambda). Not in it: free tiers, DynamoDB, logs.
 */
export const prices = { transition: 0.025 / 1_000, request: 0.2 / 1_000_000, gigabyteSecond: 0.00001667 * 0.8 };

/** What one deployment costs, in dollars; undefined where there was nothing to count. */
export function dollars({ transitions, invocations, gigabyteSeconds }: Counted): number | undefined {
  if (transitions === undefined || invocations === undefined || gigabyteSeconds === undefined) return undefined;
  return transitions * prices.transition + invocations * prices.request + gigabyteSeconds * prices.gigabyteSecond;
}
