import { type AllowedNames, isNamePermitted } from '../config/target-permissions.ts';
import type { Release, Target } from '../model/release.ts';
import { matchesAnyPattern } from '../parsing/pattern.ts';
import { formatValue } from '../parsing/validation.ts';
import { hasImages } from '../task-definition/images.ts';
import { roleFields } from '../task-definition/passed-roles.ts';
import { isFieldSet, type RawTaskDefinition } from '../task-definition/raw.ts';
import { toRoleArn } from '../task-definition/restrictions.ts';

/** Whether the release needs a new revision. A revision that has the images already, or that a person chose, is deployed as it is. */
const registersRevision = ({ base, images }: Release, definition: RawTaskDefinition): boolean =>
  base.from === 'file' || (base.from !== 'revision' && !hasImages(definition, images));

/** Returns a sentence for everything that the new revision needs and the target's role is not allowed: its family, and the roles that are passed to its tasks. */
export function findPermissionErrors(
  release: Release,
  definition: RawTaskDefinition,
  permissions: AllowedNames,
): string[] {
  if (!registersRevision(release, definition)) return [];
  return [
    ...findFamilyPermissionError(definition.family, permissions),
    ...findRolePermissionErrors(release.target, definition, permissions),
  ];
}

const findFamilyPermissionError = (family: string, permissions: AllowedNames): string[] =>
  isNamePermitted(permissions, 'families', family)
    ? []
    : [
        `The new revision would be of the family ${formatValue(family)}; the target's role may register ${permissions.families.join(', ')}. Set family of the service, or families of match, in gantry.config.ts, and deploy Gantry again.`,
      ];

function findRolePermissionErrors(
  target: Target,
  definition: RawTaskDefinition,
  { passRoles }: AllowedNames,
): string[] {
  const allowed = passRoles.map((role) => toRoleArn(role, target));
  return roleFields
    .filter(
      (field) => isFieldSet(definition[field]) && !matchesAnyPattern(toRoleArn(definition[field], target), allowed),
    )
    .map(
      (field) =>
        `The new revision would have the ${field} ${formatValue(definition[field])}; the target's role may pass ${passRoles.join(', ') || 'none'}. Add it to executionRole or taskRoles of the service, or to passRoles of match, in gantry.config.ts, and deploy Gantry again.`,
    );
}
