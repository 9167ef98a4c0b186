/**
 * Rewrites the leaves of plain data: `leaf` returns the replacement of a value, or the value itself to descend into it. Bytes
 * are a leaf.
 */
export function mapLeaves(value: unknown, leaf: (value: unknown) => unknown): unknown {
  const mapped = leaf(value);
  if (mapped !== value || typeof value !== 'object' || value === null || value instanceof Uint8Array) return mapped;
  if (Array.isArray(value)) return value.map((item) => mapLeaves(item, leaf));
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([name, item]) => [name, mapLeaves(item, leaf)]));
}
