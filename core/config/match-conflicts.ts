import * as z from 'zod';
import { patternsOverlap } from '../parsing/pattern.ts';

const patternSchema = z.string().min(1).max(255);
const matchSchema = z
  .looseObject({ services: z.union([patternSchema.transform((one) => [one]), z.array(patternSchema)]) })
  .transform(({ services }) => services)
  .catch([]);

/** Returns the service patterns of a `match`, also if other fields of it are not valid. */
export const listServicePatterns = (match: unknown): string[] => matchSchema.parse(match);

/** A target, with the names of its services. */
interface MatchedTarget {
  field: string;
  /** Account, Region and cluster. */
  place: unknown[];
  names: { field: string; name: unknown }[];
  match: unknown;
}

/** A name or a pattern of one target. */
interface Entry {
  target: MatchedTarget;
  field: string;
  text: string;
  isPattern: boolean;
}

/**
 * Validation errors about patterns that allow the same service of one cluster in two targets. In that case it would be unclear which role deploys the
 * service. Within one target, a name takes precedence over the patterns. Two equal names are reported as duplicates.
 */
export function findMatchConflicts(targets: MatchedTarget[]): string[] {
  const entries = targets.flatMap(listEntries);
  return entries.flatMap((one, at) =>
    entries
      .slice(0, at)
      .filter((other) => isConflict(other, one))
      .map(
        (other) =>
          `${one.field} (${one.text}) and ${other.field} (${other.text}) allow the same services of one cluster: change one of them, or move both into one target.`,
      ),
  );
}

const listEntries = (target: MatchedTarget): Entry[] => [
  ...target.names.flatMap(({ field, name }) =>
    typeof name === 'string' ? [{ target, field, text: name, isPattern: false }] : [],
  ),
  ...listServicePatterns(target.match).map((text) => ({
    target,
    field: `${target.field}.match.services`,
    text,
    isPattern: true,
  })),
];

const isConflict = (one: Entry, other: Entry): boolean =>
  one.target !== other.target &&
  (one.isPattern || other.isPattern) &&
  JSON.stringify(one.target.place) === JSON.stringify(other.target.place) &&
  patternsOverlap(one.text, other.text);
