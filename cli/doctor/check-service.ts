import type { InstalledService } from '../../aws/installed-service.ts';
import type { TargetConfig } from '../../core/config/check.ts';
import { deploymentRoleName } from '../../core/config/resource-names.ts';
import type { ServiceSettings } from '../../core/config/service-settings.ts';
import { isNamePermitted, listAllowedNames } from '../../core/config/target-permissions.ts';
import { findOtherInstallation, formatInstallation } from '../../core/task-definition/installation.ts';
import type { Tag } from '../../core/task-definition/raw.ts';
import { iamRoleArn } from '../../infra/installation.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import type { Check } from './check-result.ts';
import type { DoctorFacts, LookupResult } from './facts.ts';
import { createResourceCheck } from './resource-check.ts';
import { findAlarmProblem, type ServiceProblem } from './service-alarms.ts';

/** Checks of the running service: whether Gantry can deploy to it, and whether it is healthy. */
export function serviceChecks(system: SystemDeclaration, target: TargetConfig, service: ServiceSettings): Check[] {
  const name = `${target.name}/${service.name}`;
  const place = `service ${service.name} in cluster ${target.cluster} of account ${target.account}`;
  const check = (title: string, wrong: (found: InstalledService) => ServiceProblem | undefined): Check =>
    createResourceCheck({
      link: 'ECS',
      about: target.name,
      title,
      onlyLive: true,
      read: readServiceFacts(name),
      wrong: (found) => {
        const trouble = wrong(found);
        return trouble && { policy: place, ...trouble };
      },
    });
  return [
    checkServiceExists({ about: target.name, name, place }),
    check(`the deployments of ${name} are ECS's own`, ({ controller }) => findControllerProblem(name, controller)),
    check(`the containers of ${name} are the configured ones`, ({ containers }) =>
      findContainerProblem(service, containers),
    ),
    check(`the roles that ${name} runs with are allowed to be passed`, ({ roles }) =>
      findRoleProblem(system, { target, service, roles }),
    ),
    check(`the revisions of ${name} are of a family that may be registered`, ({ family }) =>
      findFamilyProblem(system, { target, service, family }),
    ),
    check(`no other installation of Gantry deploys to ${name}`, ({ tags }) =>
      findInstallationProblem(system, name, tags),
    ),
    check(`the alarms of ${name} are not in ALARM`, ({ alarms }) => findAlarmProblem(alarms)),
  ];
}

const readServiceFacts =
  (name: string) =>
  ({ services }: DoctorFacts): LookupResult<InstalledService> =>
    services.get(name) ?? { unread: 'the service was not read' };

const checkServiceExists = ({ about, name, place }: { about: string; name: string; place: string }): Check =>
  createResourceCheck({
    link: 'ECS',
    about,
    title: `the service ${name} is ACTIVE`,
    onlyLive: true,
    read: readServiceFacts(name),
    wrong: ({ status }) =>
      status === 'ACTIVE'
        ? undefined
        : {
            says: `the service ${name} is ${status}`,
            policy: place,
            statement: 'status',
            fix: 'create it again, or remove it from the configuration',
          },
    reportsMissing: {
      policy: place,
      statement: 'none',
      fix: 'correct cluster and service in the configuration, or let Gantry create the service (create)',
    },
  });

/** With another controller, UpdateService cannot change the task definition (ECS API reference, UpdateService). */
const findControllerProblem = (name: string, controller: string): ServiceProblem | undefined =>
  controller === 'ECS'
    ? undefined
    : {
        says: `the deployments of ${name} are not ECS's own: its deployment controller is ${controller}`,
        statement: 'deploymentController',
        fix: 'create the service again with the deployment controller ECS',
      };

function findContainerProblem({ containers = [] }: ServiceSettings, found: string[]): ServiceProblem | undefined {
  const absent = containers.filter((name) => !found.includes(name));
  if (absent.length === 0) return undefined;
  return {
    says: `the revision that runs has no container ${absent.join(', ')}; it has ${found.join(', ')}`,
    statement: 'containerDefinitions',
    fix: 'correct the containers in the configuration: they are the names that imagedefinitions.json uses',
  };
}

/** Two installations have separate tables, so neither waits for the other's lease. */
function findInstallationProblem(
  { account, region, names }: SystemDeclaration,
  service: string,
  tags: Tag[],
): ServiceProblem | undefined {
  const other = findOtherInstallation(tags, { account, region, name: names.prefix });
  if (other === undefined) return undefined;
  return {
    says: `the revision that ${service} runs was registered by another installation of Gantry: ${formatInstallation(other)}`,
    statement: 'tag gantry:execution',
    fix: 'let only one installation deploy to this service: remove it from the configuration of the other. After the next release of this installation, the check passes',
  };
}

/** Gantry's copy of a revision has the same roles, so the deployment role must be allowed to pass them. */
function findRoleProblem(
  { stage }: SystemDeclaration,
  { target, service, roles }: { target: TargetConfig; service: ServiceSettings; roles: string[] },
): ServiceProblem | undefined {
  const prefix = iamRoleArn(target, '');
  const permissions = listAllowedNames(target);
  const others = roles.filter(
    (arn) => !arn.startsWith(prefix) || !isNamePermitted(permissions, 'passRoles', arn.slice(prefix.length)),
  );
  if (others.length === 0) return undefined;
  return {
    says: `${service.name} runs with ${others.join(', ')}, which the deployment role is not allowed to pass`,
    policy: `the policies of ${deploymentRoleName(target, stage)}, deployment`,
    statement: 'PassTaskRoles',
    fix: "name the roles in the configuration (executionRole, taskRoles, or passRoles of match), and deploy the target's role again",
  };
}

/** Gantry registers the next revision in the family of the running revision. */
function findFamilyProblem(
  { stage }: SystemDeclaration,
  { target, service, family }: { target: TargetConfig; service: ServiceSettings; family: string },
): ServiceProblem | undefined {
  if (isNamePermitted(listAllowedNames(target), 'families', family)) return undefined;
  return {
    says: `${service.name} runs a revision of the family ${family}, in which the deployment role is not allowed to register`,
    policy: `the policies of ${deploymentRoleName(target, stage)}, deployment`,
    statement: 'RegisterRevision',
    fix: "name the family in the configuration (family, or families of match), and deploy the target's role again",
  };
}
