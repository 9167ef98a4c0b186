import type { ServiceConfig, TargetConfig } from '../../core/config/check.ts';
import { deploymentRoleName } from '../../core/config/resource-names.ts';
import { isScalingAction, isScalingAlarmName } from '../../core/config/scaling-alarms.ts';
import { iamRoleArn } from '../../infra/installation.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import type { Check } from './check-result.ts';
import type { DoctorFacts, LookupResult, ServiceFacts } from './facts.ts';
import { createResourceCheck } from './resource-check.ts';

/** Checks of the running service: whether Gantry can deploy to it, and whether it is healthy. */
export function serviceChecks(system: SystemDeclaration, target: TargetConfig, service: ServiceConfig): Check[] {
  const name = `${target.name}/${service.name}`;
  const place = `service ${service.name} in cluster ${target.cluster} of account ${target.account}`;
  const check = (title: string, wrong: (found: ServiceFacts) => ServiceProblem | undefined): Check =>
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
    check(`the alarms of ${name} are not in ALARM`, ({ alarms }) => findAlarmProblem(alarms)),
  ];
}

const readServiceFacts =
  (name: string) =>
  ({ services }: DoctorFacts): LookupResult<ServiceFacts> =>
    services.get(name) ?? { unread: 'the service was not read' };

interface ServiceProblem {
  says: string;
  policy?: string;
  statement: string;
  fix: string;
}

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

function findContainerProblem({ containers }: ServiceConfig, found: string[]): ServiceProblem | undefined {
  const absent = containers.filter((name) => !found.includes(name));
  if (absent.length === 0) return undefined;
  return {
    says: `the revision that runs has no container ${absent.join(', ')}; it has ${found.join(', ')}`,
    statement: 'containerDefinitions',
    fix: 'correct the containers in the configuration: they are the names that imagedefinitions.json uses',
  };
}

/** Gantry copies a revision with its roles, so the deployment role must be allowed to pass them. */
function findRoleProblem(
  { stage }: SystemDeclaration,
  { target, service, roles }: { target: TargetConfig; service: ServiceConfig; roles: string[] },
): ServiceProblem | undefined {
  const names = target.services.flatMap(({ executionRole, taskRoles }) => [executionRole, ...taskRoles]);
  const passed = names.map((name) => iamRoleArn(target.account, name));
  const others = roles.filter((arn) => !passed.includes(arn));
  if (others.length === 0) return undefined;
  return {
    says: `${service.name} runs with ${others.join(', ')}, which the deployment role is not allowed to pass`,
    policy: `the policies of ${deploymentRoleName(target, stage)}, deployment`,
    statement: 'PassTaskRoles',
    fix: "name the roles in the configuration (executionRole, taskRoles), and deploy the target's role again",
  };
}

/** An alarm of a scaling policy goes to ALARM as part of normal scaling, and would roll back healthy releases. */
function findScalingAlarmProblem(alarms: ServiceFacts['alarms']): ServiceProblem | undefined {
  const scaling = alarms
    .filter(({ name, actions = [] }) => isScalingAlarmName(name) || actions.some(isScalingAction))
    .map(({ name }) => name);
  if (scaling.length === 0) return undefined;
  return {
    says: `${scaling.join(', ')} belongs to a scaling policy: it goes to ALARM as part of normal scaling, and healthy releases would be rolled back`,
    statement: `alarm ${scaling.join(', ')}`,
    fix: "take it out of the service's alarms (in the configuration, or in its deploymentConfiguration), and name an alarm that reports errors",
  };
}

function findAlarmProblem(alarms: ServiceFacts['alarms']): ServiceProblem | undefined {
  const scaling = findScalingAlarmProblem(alarms);
  if (scaling !== undefined) return scaling;
  const ringing = alarms.filter(({ state }) => state === 'ALARM').map(({ name }) => name);
  const absent = alarms.filter(({ state }) => state === undefined).map(({ name }) => name);
  if (ringing.length > 0)
    return {
      says: `in ALARM already: ${ringing.join(', ')}; a deployment would not watch it, and if ECS watches it, ECS ignores all alarms of the deployment`,
      statement: `alarm ${ringing.join(', ')}`,
      fix: 'find out why before you deploy',
    };
  if (absent.length === 0) return undefined;
  return {
    says: `there is no alarm ${absent.join(', ')}: no deployment can watch it`,
    statement: `alarm ${absent.join(', ')}`,
    fix: 'create it, or remove it from the configuration',
  };
}
