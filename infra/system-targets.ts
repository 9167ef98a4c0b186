import type { ServiceConfig, TargetConfig } from '../core/config/check.ts';
import { deploymentRoleName } from '../core/config/resource-names.ts';
import { Failure } from '../core/errors/failure.ts';
import { type Installation, roleIn } from './arns.ts';
import { deploymentPolicy, deploymentTrust, executionPolicy, forwardingPolicy } from './policies-target.ts';
import { type Role, serviceTrust } from './policy.ts';
import { forwardingName, forwards } from './system-forwarding.ts';

export { type Service, servicesOf } from './system-service.ts';

/** The roles of one target account: the one that deploys, the one that forwards events, and those of the services that are made here. Throws a ConfigurationError where one is for too many services. */
export function targetRoles(here: Installation, target: TargetConfig): Role[] {
  const name = deploymentRoleName(target, here.stage);
  const deployment: Role = {
    account: target.account,
    name,
    arn: roleIn(target.account, name),
    description: `Deploys releases of ${here.config.app} from account ${here.account}`,
    trust: deploymentTrust(here, target),
    policies: { deployment: deploymentPolicy(here, target) },
  };
  const forwarding = forwards(here, target) ? [forwardingRole(here, target)] : [];
  return [deployment, ...forwarding, ...serviceRoles(here, target)].map((role) => fitting(role, target));
}

/** Of all inline policies of a role together, in characters (docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). */
const longestPolicies = 10_240;

/** A role that IAM will take: refused here it costs a sentence, refused there half a deployment. */
function fitting(role: Role, { name, services }: TargetConfig): Role {
  const length = Object.values(role.policies).reduce((sum, policy) => sum + JSON.stringify(policy).length, 0);
  if (length <= longestPolicies) return role;
  throw new Failure(
    'ConfigurationError',
    `gantry.config.ts cannot be deployed:\n  - targets.${name} has ${services.length} services, so that the policy of its role ${role.name} has ${length} characters, ` +
      `and IAM takes ${longestPolicies}: make two targets of it, each with a role of its own.`,
  );
}

const forwardingRole = (here: Installation, target: TargetConfig): Role => ({
  account: target.account,
  name: forwardingName(here, target),
  arn: roleIn(target.account, forwardingName(here, target)),
  description: `EventBridge sends events of ${target.name} to account ${here.account} as this role`,
  trust: serviceTrust('events.amazonaws.com', target.account),
  policies: { forward: forwardingPolicy(here) },
});

/** The roles of the services that are made: two of them may share one, which then starts the tasks of both. */
function serviceRoles(here: Installation, target: TargetConfig): Role[] {
  const services = target.services.filter((service) => service.create !== undefined);
  const role = (name: string, rest: Pick<Role, 'description' | 'policies'>): Role => ({
    account: target.account,
    name,
    arn: roleIn(target.account, name),
    trust: serviceTrust('ecs-tasks.amazonaws.com', target.account),
    ...rest,
  });
  const starting = new Set(services.map((service) => service.executionRole));
  const acting = new Set(services.flatMap((service) => service.taskRoles).filter((name) => !starting.has(name)));
  const startedBy = (name: string) => services.filter((service) => service.executionRole === name);
  return [
    ...[...starting].map((name) =>
      role(name, {
        description: `ECS starts the tasks of ${namesOf(startedBy(name))} as this role`,
        policies: { start: executionPolicy(here, target, startedBy(name)) },
      }),
    ),
    ...[...acting].map((name) =>
      role(name, { description: `The containers of ${target.name} act as this role`, policies: {} }),
    ),
  ];
}

const namesOf = (services: ServiceConfig[]): string => services.map((service) => service.name).join(', ');
