/** How often something happened, or was checked, in the runs of a seed. The counts show an invariant that had nothing to check. */
export type Counts = Map<string, number>;

export const count = (counts: Counts, what: string, times = 1): void =>
  void counts.set(what, (counts.get(what) ?? 0) + times);

/** Checks each subject, and counts how many there were. Returns the problems. */
export function checkEach<Subject>(
  { counts }: { counts: Counts },
  name: string,
  subjects: Subject[],
  check: (subject: Subject) => string | undefined,
): string[] {
  count(counts, `checked: ${name}`, subjects.length);
  return subjects.flatMap((subject) => check(subject) ?? []);
}

export const addCounts = (to: Counts, from: Iterable<[string, number]>): void => {
  for (const [what, times] of from) count(to, what, times);
};

/** Formats counts as a table, one line for each subject: `strategy: BLUE_GREEN 12, CANARY 9`. */
export function formatCounts(counts: Counts): string {
  const groups = Map.groupBy([...counts].toSorted(), ([what]) => what.split(': ')[0]!);
  return [...groups]
    .map(
      ([group, own]) =>
        `${group}: ${own.map(([what, times]) => `${what.slice(group.length + 2)} ${times}`).join(', ')}`,
    )
    .join('\n');
}
