import type { Config } from '../config/check.ts';
import { type AllowedNames, listAllowedNames } from '../config/target-permissions.ts';
import { findConfiguredService } from '../config/targets.ts';
import { isImageAllowed } from '../image/registries.ts';
import { type AllowedImageSources, listAllowedImageSources } from '../image/sources.ts';
import type { Target } from '../model/release.ts';
import { matchesAnyPattern } from '../parsing/pattern.ts';
import { formatValue } from '../parsing/validation.ts';
import { listHostAccess, listHostVolumes } from './host-access.ts';
import { roleFields } from './passed-roles.ts';
import { familyOfRevision, isFieldSet, type RawContainer, type RawTaskDefinition } from './raw.ts';
import { findReferenceErrors } from './reference-errors.ts';
import type { ReferenceKind } from './references.ts';

/** The limits of a task definition from an artifact. They are needed because anyone who can push to the repository can write that file. */
export interface TaskDefinitionRestrictions extends AllowedImageSources {
  /** Names or patterns of the service's families; empty for a service that the configuration does not allow. */
  families: string[];
  /** Names or patterns of the service's roles, in the target's account. */
  roles: string[];
  /** The resources that the target's role is allowed to use, for all services of the target; undefined for a service that the configuration does not allow. */
  permissions?: AllowedNames | undefined;
  allow: { privileged: boolean; hostVolumes: boolean } & Partial<Record<ReferenceKind, string[]>>;
}

/** Returns the limits that the configuration sets for a target. If the configuration does not allow the service, returns the narrowest limits. */
export function restrictionsForTarget(config: Config, { name }: Target, stage?: string): TaskDefinitionRestrictions {
  const { service, target } = findConfiguredService(config, name, stage) ?? {};
  return {
    ...listAllowedImageSources(config, stage),
    families: service?.families ?? [],
    roles: service?.roles ?? [],
    permissions: target && listAllowedNames(target),
    allow: service?.allow ?? { privileged: false, hostVolumes: false },
  };
}

export interface CandidateTaskDefinition {
  definition: RawTaskDefinition;
  /** The revision that the service runs. A file can use the references of this revision. */
  running?: RawTaskDefinition | undefined;
  target: Target;
  /** Whether the container gets its image from the release. The release's images are checked separately. */
  placed: (container: RawContainer) => boolean;
}

/** Returns a sentence for everything that a task definition from an artifact requests beyond its limits. */
export const findRestrictionErrors = (
  candidate: CandidateTaskDefinition,
  limits: TaskDefinitionRestrictions,
): string[] => [
  ...findRoleErrors(candidate, limits),
  ...findPrivilegeErrors(candidate, limits),
  ...findVolumeErrors(candidate, limits),
  ...findReferenceErrors(candidate, limits.allow),
  ...findContainerImageErrors(candidate, limits),
];

/**
 * Returns the error about the family of a task definition file or of a manually chosen revision, because a revision of another service is not allowed for
 * this service.
 */
export function findFamilyError(
  { what, family }: { what: string; family: string },
  running: string,
  limits: TaskDefinitionRestrictions,
): string[] {
  const own = [...new Set([familyOfRevision(running), ...limits.families])];
  if (matchesAnyPattern(family, own)) return [];
  return [
    `${what} is of the family ${formatValue(family)}; it must stay in the service's own, ${own.map(formatValue).join(' or ')}. Choose one of that family, or set family for the service in gantry.config.ts.`,
  ];
}

/** A role can be written as its name or as its ARN (botocore ecs `TaskDefinition.taskRoleArn`). */
export const toRoleArn = (role: unknown, { roleArn: own }: Target): string => {
  const text = typeof role === 'string' ? role : formatValue(role);
  const [, partition, , , account] = own.split(':');
  return text.startsWith('arn:') ? text : `arn:${partition}:iam::${account}:role/${text}`;
};

function findRoleErrors(
  { definition, running, target }: CandidateTaskDefinition,
  { roles }: TaskDefinitionRestrictions,
): string[] {
  const used = [running?.taskRoleArn, running?.executionRoleArn].filter(isFieldSet);
  const allowed = new Set([...roles, ...used].map((role) => toRoleArn(role, target)));
  return roleFields
    .filter(
      (field) =>
        isFieldSet(definition[field]) && !matchesAnyPattern(toRoleArn(definition[field], target), [...allowed]),
    )
    .map(
      (field) =>
        `The task definition file asks for the ${field} ${formatValue(definition[field])}; it may be ${[...allowed].join(', ') || 'none'}. Name another, or add it to taskRoles of the service, or to passRoles of match, in gantry.config.ts.`,
    );
}

function findPrivilegeErrors({ definition }: CandidateTaskDefinition, { allow }: TaskDefinitionRestrictions): string[] {
  const found = listHostAccess(definition);
  if (allow.privileged || found.length === 0) return [];
  return [
    `The task definition file asks for ${found.join(', ')}, which gives a container power over its host. Leave it out, or set allow: { privileged: true } for the service in gantry.config.ts.`,
  ];
}

function findVolumeErrors({ definition }: CandidateTaskDefinition, { allow }: TaskDefinitionRestrictions): string[] {
  const found = listHostVolumes(definition);
  if (allow.hostVolumes || found.length === 0) return [];
  return [
    `The task definition file asks for volumes of the host (${found.join(', ')}). Leave them out, or set allow: { hostVolumes: true } for the service in gantry.config.ts.`,
  ];
}

/** Whether the image is a placeholder such as `<IMAGE1_NAME>`, which an image of the release will replace. */
const isPlaceholder = (image: unknown): boolean => typeof image === 'string' && /^<[^<>]+>$/.test(image);

function findContainerImageErrors(
  { definition, running, placed }: CandidateTaskDefinition,
  limits: TaskDefinitionRestrictions,
): string[] {
  const inUse = new Set((running?.containerDefinitions ?? []).map(({ image }) => image));
  return definition.containerDefinitions
    .filter((one) => !placed(one) && !isPlaceholder(one.image) && !inUse.has(one.image))
    .filter(({ image }) => !isImageAllowed(String(image), limits))
    .map(
      ({ name, image }) =>
        `The task definition file asks for the image ${formatValue(image)} for '${name}', which is not from a registry that may be used. Add its repository to repositories, or its registry to registries, in gantry.config.ts, or push it to an allowed one.`,
    );
}
