/** Returns a validation error for each item whose identity is that of an earlier item. `identify` gives the item's field and identity. */
export function findDuplicates<Item>(
  items: Item[],
  identify: (item: Item) => [field: string, identity: unknown[]],
): string[] {
  const seen = new Map<string, string>();
  return items.flatMap((item) => {
    const [field, identity] = identify(item);
    const key = JSON.stringify(identity);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, field);
    return first === undefined
      ? []
      : [`${field} is the same as ${first} (${identity.join(', ')}): change one of them.`];
  });
}
