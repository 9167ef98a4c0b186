import type { Target } from '../model/release.ts';
import { matchesPattern } from '../parsing/pattern.ts';
import { formatValue } from '../parsing/validation.ts';
import type { RawTaskDefinition } from './raw.ts';
import { listReferences, type ReferenceKind, type ResourceReference, resolveSecretArn } from './references.ts';

interface ComparedTaskDefinition {
  definition: RawTaskDefinition;
  running?: RawTaskDefinition | undefined;
  target: Target;
}

/** Whether the configuration allows a reference. An allowed file system includes all its folders; `identity` names one folder. */
const isReferenceAllowed = ({ kind, identity }: ResourceReference, pattern: string, target: Target): boolean =>
  kind === 'secrets'
    ? matchesPattern(identity, resolveSecretArn(pattern, target))
    : matchesPattern(kind === 'fileSystems' ? (identity.split(' ')[0] ?? '') : identity, pattern);

/** Returns a sentence for each reference that the running revision does not have and the configuration does not allow. */
export function findReferenceErrors(
  { definition, running, target }: ComparedTaskDefinition,
  allow: Partial<Record<ReferenceKind, string[]>>,
): string[] {
  const used = new Set(running === undefined ? [] : listReferences(running, target).map(({ identity }) => identity));
  return listReferences(definition, target)
    .filter(({ identity }) => !used.has(identity))
    .filter((one) => !allow[one.kind]?.some((pattern) => isReferenceAllowed(one, pattern, target)))
    .map(
      ({ kind, field, value }) =>
        `The task definition file refers to ${formatValue(value)} (${field}), which the running revision does not. Leave it out, or add it to allow: { ${kind}: […] } for the service in gantry.config.ts.`,
    );
}
