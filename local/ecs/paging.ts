import { z } from 'zod';
import { invalidParameter } from './errors.ts';

/** Paging fields of ECS's List operations: at most 100 results per page (botocore ecs `maxResults`). */
export const pagingFields = {
  nextToken: z.string().optional(),
  maxResults: z.number().int().min(1).max(100).optional(),
};

/**
 * Returns one page of items. The token is the position of the next page; throws InvalidParameterException for a token of
 * another list.
 */
export function takePage<Item>(
  items: Item[],
  request: { nextToken?: string | undefined; maxResults?: number | undefined },
  most = 100,
): { items: Item[]; nextToken?: string } {
  const from = Number(request.nextToken ?? 0);
  if (!Number.isInteger(from) || from < 0) throw invalidParameter('Invalid token.');
  const to = from + (request.maxResults ?? most);
  return { items: items.slice(from, to), ...(to < items.length ? { nextToken: String(to) } : {}) };
}
