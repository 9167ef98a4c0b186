import { matchesAnyPattern } from '../parsing/pattern.ts';
import type { ServiceConfig, TargetConfig } from './schema.ts';
import { familyOfService, listServiceRoles, logGroupOfService } from './target-permissions.ts';

/** The settings of one service: from its own entry in `services`, or from the `match` of its target. */
export interface ServiceSettings
  extends Pick<
    ServiceConfig,
    | 'name'
    | 'fileName'
    | 'timeoutMinutes'
    | 'bakeMinutes'
    | 'alarms'
    | 'rollBackForeignDeployments'
    | 'logTail'
    | 'allow'
    | 'allowedPipelines'
    | 'preDeploy'
    | 'postDeploy'
    | 'schedules'
    | 'scheduleRoles'
  > {
  /**
   * The containers whose image a release can replace. Undefined for a service that only a pattern allows. In that case the task definition that the service
   * runs names the containers.
   */
  containers: string[] | undefined;
  /** Names or patterns of the families and the roles that its revisions can have, and of its log groups. */
  families: string[];
  roles: string[];
  logGroups: string[];
}

/** The name of a service (botocore ecs `CreateServiceRequest.serviceName`). A pattern matches nothing else. */
const serviceNamePattern = /^[\w-]{1,255}$/;

/** Returns the settings of a service of a target. Undefined if neither a name nor a pattern of the target allows the service. */
export function findServiceSettings(target: TargetConfig, name: string): ServiceSettings | undefined {
  const named = target.services.find((service) => service.name === name);
  if (named !== undefined) return toSettings(named);
  const { match } = target;
  if (match === undefined || !serviceNamePattern.test(name) || !matchesAnyPattern(name, match.services))
    return undefined;
  const { families, passRoles: roles, logGroups } = match;
  return {
    ...match,
    name,
    families,
    roles,
    logGroups,
    containers: undefined,
    alarms: [],
    preDeploy: [],
    postDeploy: [],
    schedules: [],
    scheduleRoles: [],
  };
}

const toSettings = (service: ServiceConfig): ServiceSettings => ({
  ...service,
  families: [familyOfService(service)],
  roles: listServiceRoles(service),
  logGroups: [logGroupOfService(service)],
});
