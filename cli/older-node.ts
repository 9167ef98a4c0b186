/* Adds the features that the command line uses and that Node 20 lacks. Newer versions of Node stay as they are. */

// The AWS SDK warns that its next versions need Node 22. The package contains the version that it was tested with.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** Node has had it since version 21 (nodejs.org/en/blog/announcements/v21-release-announce, V8 11.8). */
function groupBy<Key, Item>(items: Iterable<Item>, keyOf: (item: Item, index: number) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const [index, item] of [...items].entries()) {
    const key = keyOf(item, index);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

Map.groupBy ??= groupBy;
