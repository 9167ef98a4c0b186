import { z } from 'zod';
import { AwsError } from '../aws-error.ts';

/** At most 100 items in a page (botocore scheduler MaxResults). */
const largestPage = 100;

export const pagingSchema = {
  MaxResults: z.coerce.number().int().min(1).max(largestPage).default(largestPage),
  NextToken: z.string().optional(),
};

/** Returns a page, and the token of the next one if there is one. */
export function takeSchedulerPage<Item>(
  items: Item[],
  { MaxResults, NextToken = '0' }: { MaxResults: number; NextToken?: string | undefined },
): { items: Item[]; NextToken?: string } {
  const start = Number(NextToken);
  if (!Number.isInteger(start)) throw new AwsError('ValidationException', 'Invalid next token.');
  const end = start + MaxResults;
  return { items: items.slice(start, end), ...(end < items.length ? { NextToken: String(end) } : {}) };
}
