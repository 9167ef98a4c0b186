import { matchesAnyPattern } from '../parsing/pattern.ts';
import type { ServiceConfig, TargetConfig } from './schema.ts';

/** The resources that Gantry is allowed to use in a target's account: names and patterns of each kind. In a pattern, `*` matches any characters, as in IAM. */
export interface AllowedNames {
  services: string[];
  families: string[];
  /** Names of roles, with their paths. */
  passRoles: string[];
  logGroups: string[];
}

/** Returns the task definition family of a service. */
export const familyOfService = (service: Pick<ServiceConfig, 'family' | 'name'>): string =>
  service.family ?? service.name;

/** Returns the log group of a service's containers. */
export const logGroupOfService = (service: Pick<ServiceConfig, 'family' | 'name' | 'logGroup'>): string =>
  service.logGroup ?? `/ecs/${familyOfService(service)}`;

/**
 * Returns the resources that the configuration allows in a target's account. The policies of the target's role, the doctor, the dry run and the release all
 * use this. The result omits a name that a pattern matches. So a target whose patterns match everything has permissions of constant size.
 */
export function listAllowedNames({ services, match }: TargetConfig): AllowedNames {
  const withPatterns = (names: string[], patterns: string[] = []): string[] => [
    ...patterns,
    ...new Set(names.filter((name) => !matchesAnyPattern(name, patterns))),
  ];
  return {
    services: withPatterns(
      services.map(({ name }) => name),
      match?.services,
    ),
    families: withPatterns(services.map(familyOfService), match?.families),
    passRoles: withPatterns(services.flatMap(listServiceRoles), match?.passRoles),
    logGroups: withPatterns(services.map(logGroupOfService), match?.logGroups),
  };
}

/** Returns the names of the execution role and the task roles of a named service. */
export const listServiceRoles = ({ executionRole, taskRoles }: ServiceConfig): string[] => [
  executionRole,
  ...taskRoles,
];

/** Whether a target's configuration allows the use of a resource with this name. */
export const isNamePermitted = (permissions: AllowedNames, kind: keyof AllowedNames, name: string): boolean =>
  matchesAnyPattern(name, permissions[kind]);
