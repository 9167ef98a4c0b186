import { maxStageSuffixLength } from './stages.ts';

/** The names of a service that Gantry creates. */
interface CreatedService {
  field: string;
  cluster: unknown;
  clusterField: string;
  family?: unknown;
  name?: unknown;
  executionRole?: unknown;
  taskRoles: unknown[];
  logGroup?: unknown;
}

/** The longest names in AWS: botocore iam `roleNameType`; ECS, "names" of clusters and families; botocore logs `LogGroupName`. */
const limits = { role: 64, ecs: 255, logGroup: 512 } as const;

/** Returns the part of a role's name after its path, which does not count towards the 64. */
const withoutPath = (role: unknown): unknown =>
  typeof role === 'string' ? role.slice(role.lastIndexOf('/') + 1) : role;

/**
 * Validation errors about names that Gantry creates. On every stage except the default one, Gantry appends the stage's name to them
 * (core/config/resource-names.ts), so they must leave room for it.
 */
export function listNameLengthErrors(services: CreatedService[]): string[] {
  return services.flatMap((service) => {
    const { field, clusterField, cluster, family = service.name, executionRole, taskRoles, logGroup } = service;
    return [
      ...checkLength(clusterField, cluster, limits.ecs),
      ...checkLength(`${field}.${service.family === undefined ? 'name' : 'family'}`, family, limits.ecs),
      ...checkLength(`${field}.executionRole`, withoutPath(executionRole), limits.role),
      ...taskRoles.flatMap((role, at) => checkLength(`${field}.taskRoles[${at}]`, withoutPath(role), limits.role)),
      ...checkLength(`${field}.logGroup`, logGroup, limits.logGroup),
    ];
  });
}

function checkLength(field: string, name: unknown, max: number): string[] {
  const room = max - maxStageSuffixLength;
  if (typeof name !== 'string' || name.length <= room) return [];
  return [
    `${field} has ${name.length} characters, and ${room} are the most for something that is created, because a stage's name can follow: shorten it.`,
  ];
}
