import type { ServiceConfig, TargetConfig } from '../../core/config/check.ts';
import { createdServiceSchema } from '../../core/config/created-service-schema.ts';
import { Failure } from '../../core/errors/failure.ts';
import { createMatchingName, matchesAnyPattern } from '../../core/parsing/pattern.ts';

/** A service of a target in the embedded AWS. Every service is described as if Gantry had created it. */
export interface TargetService {
  target: TargetConfig;
  service: ServiceConfig;
}

/** Two example services represent all services that a pattern matches. */
const exampleWords = ['web', 'api'];

/** Returns the targets with every service that exists in the embedded AWS: the named ones, and for each pattern of services one or two examples that match. */
export const addExistingServices = (targets: TargetConfig[]): TargetConfig[] =>
  targets.map((target) => ({
    ...target,
    services: [...target.services, ...createMatchedServices(target)].map((service) => ({
      ...service,
      create: service.create ?? createdServiceSchema.parse({}),
    })),
  }));

/** Returns all services of the targets, in their order. */
export const listTargetServices = (targets: TargetConfig[]): TargetService[] =>
  targets.flatMap((target) => target.services.map((service) => ({ target, service })));

/** No examples if no role can be passed: ECS needs an execution role to pull an image from ECR and to write logs (ECS developer guide, task execution IAM role). */
function createMatchedServices(target: TargetConfig): ServiceConfig[] {
  const { match, services } = target;
  if (match === undefined || match.passRoles.length === 0) return [];
  const names = match.services.flatMap((pattern) => exampleWords.map((word) => createMatchingName(pattern, word)));
  const named = services.map(({ name }) => name);
  return [...new Set(names)].filter((name) => !named.includes(name)).map((name) => createMatchedService(match, name));
}

function createMatchedService(match: NonNullable<TargetConfig['match']>, name: string): ServiceConfig {
  const family = chooseName(match.families, name);
  const { fileName, timeoutMinutes, bakeMinutes, rollBackForeignDeployments, logTail, allow } = match;
  return {
    name,
    containers: ['app'],
    family,
    executionRole: createMatchingName(match.passRoles[0] ?? '', 'execution'),
    taskRoles: [createMatchingName(match.passRoles.at(-1) ?? '', 'task')],
    logGroup: chooseName(match.logGroups, `/ecs/${family}`),
    alarms: [],
    preDeploy: [],
    postDeploy: [],
    schedules: [],
    scheduleRoles: [],
    ...{ fileName, timeoutMinutes, bakeMinutes, rollBackForeignDeployments, logTail, allow },
  };
}

/** Returns the wanted name if a pattern matches it, or else an example of the first pattern. */
const chooseName = (patterns: string[], wanted: string): string =>
  matchesAnyPattern(wanted, patterns) ? wanted : createMatchingName(patterns[0] ?? wanted);

/** Returns the name of the first service, such as `test/web`. Throws a ConfigurationError if there is none. */
export function formatFirstServiceName([first]: TargetService[]): string {
  if (first !== undefined) return `${first.target.name}/${first.service.name}`;
  throw new Failure(
    'ConfigurationError',
    'gantry.config.ts names no service, and passRoles of match is empty, so no example of a service exists: name a service or a role.',
  );
}
