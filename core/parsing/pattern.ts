/** Whether a name matches a pattern in which `*` matches any number of characters, including `/`, as in the resource of an IAM policy. */
export function matchesPattern(name: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return name === pattern;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let from = first.length;
  for (const part of rest) {
    const at = name.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= name.length - last.length;
}

/** Whether a name matches at least one of the patterns. */
export const matchesAnyPattern = (name: string, patterns: string[]): boolean =>
  patterns.some((pattern) => matchesPattern(name, pattern));

/** Whether some text matches both patterns. */
export function patternsOverlap(one: string, other: string): boolean {
  const failed = new Set<string>();
  const overlap = (i: number, j: number): boolean => {
    if (i === one.length && j === other.length) return true;
    if (i > one.length || j > other.length || failed.has(`${i} ${j}`)) return false;
    failed.add(`${i} ${j}`);
    const isStar = one[i] === '*' || other[j] === '*';
    if (isStar) return overlap(one[i] === '*' ? i + 1 : i, one[i] === '*' ? j : j + 1) || overlap(...skip(i, j));
    return one[i] === other[j] && overlap(i + 1, j + 1);
  };
  /** The `*` matches one character of the other pattern. */
  const skip = (i: number, j: number): [number, number] => (one[i] === '*' ? [i, j + 1] : [i + 1, j]);
  return overlap(0, 0);
}

/** Returns a name that the pattern matches: `shop-web` for `shop-*`. */
export const createMatchingName = (pattern: string, word = 'web'): string =>
  pattern.replace('*', word).replaceAll('*', '');
