import type { ServiceConfig, TargetConfig } from '../core/config/check.ts';
import { deploymentRoleName, viewerRoleName } from '../core/config/resource-names.ts';
import { fitName } from './fit-name.ts';
import { type Installation, iamRoleArn } from './installation.ts';
import { deploymentPolicy, executionRolePolicy, forwardingPolicy } from './policies-target.ts';
import { viewerPolicy } from './policies-viewer.ts';
import type { RoleDeclaration } from './policy.ts';
import { checkPolicyLength, maxPolicyLength, sumPolicyLengths } from './policy-length.ts';
import { type RoleUse, serviceTrustPolicy } from './service-principals.ts';
import { forwardingRoleName, needsForwarding } from './system-forwarding.ts';
import { deploymentTrust, viewerTrust } from './target-trust.ts';

export { declareServices as servicesOf, type ServiceDeclaration as Service } from './system-service.ts';

/**
 * The roles of one target account: the deployment role, the viewers' role, the role that forwards events, and the roles of services that Gantry creates.
 * Throws a ConfigurationError if a role's policy is too long.
 */
export function declareTargetRoles(installation: Installation, target: TargetConfig): RoleDeclaration[] {
  const name = deploymentRoleName(target, installation.stage);
  const deployment: RoleDeclaration = {
    account: target.account,
    name,
    arn: iamRoleArn(target, name),
    description: `Gantry (${installation.config.name}) deploys with this role from account ${installation.account}`,
    trust: deploymentTrust(installation, target),
    policies: { deployment: deploymentPolicy(installation, target) },
  };
  const forwarding = needsForwarding(installation, target) ? [declareForwardingRole(installation, target)] : [];
  const viewer = target.viewers.length > 0 ? [declareViewerRole(installation, target, viewerRoleName(name))] : [];
  return [deployment, ...viewer, ...forwarding, ...declareServiceRoles(installation, target)].map((role) =>
    checkPolicyLength(role, installation, target),
  );
}

/**
 * The number of further services that fit into the policies of a target's role. It assumes that each has a name as long as the longest existing name, and
 * the same roles as the service with that name.
 */
export interface RoomForServices {
  target: string;
  nameLength: number;
  count: number;
}

/**
 * Returns the number of further named services that fit into the policies of a target's role. Empty if the target has only patterns, or if its patterns
 * match every name.
 */
export function countMoreServices(installation: Installation, target: TargetConfig): RoomForServices[] {
  const longest = target.services.toSorted((one, other) => other.name.length - one.name.length)[0];
  if (longest === undefined) return [];
  const sizeWith = (services: ServiceConfig[]) =>
    sumPolicyLengths({ deployment: deploymentPolicy(installation, { ...target, services }) });
  const { family: _family, logGroup: _logGroup, ...shared } = longest;
  // A name that no pattern and no other service has, with the same number of characters.
  const another = { ...shared, name: '~'.repeat(longest.name.length) };
  const now = sizeWith(target.services);
  const cost = sizeWith([...target.services, another]) - now;
  if (cost === 0) return [];
  return [{ target: target.name, nameLength: longest.name.length, count: Math.floor((maxPolicyLength - now) / cost) }];
}

const declareViewerRole = (installation: Installation, target: TargetConfig, name: string): RoleDeclaration => ({
  account: target.account,
  name,
  arn: iamRoleArn(target, name),
  description: `The viewers of ${target.name} read its services with this role (Gantry, ${installation.config.name})`,
  trust: viewerTrust(target),
  policies: { view: viewerPolicy(target) },
});

const declareForwardingRole = (installation: Installation, target: TargetConfig): RoleDeclaration => ({
  account: target.account,
  name: forwardingRoleName(installation, target),
  arn: iamRoleArn(target, forwardingRoleName(installation, target)),
  description: `EventBridge uses this role to send events of ${target.name} to account ${installation.account}`,
  trust: serviceTrustPolicy('EventBridge', target.account),
  policies: { forward: forwardingPolicy(installation) },
});

/** The roles of the services that Gantry creates. Two services can share a role. ECS uses it to start the tasks of both. */
export function declareServiceRoles(installation: Installation, target: TargetConfig): RoleDeclaration[] {
  const services = target.services.filter((service) => service.create !== undefined);
  const role = (
    name: string,
    use: RoleUse,
    rest: Pick<RoleDeclaration, 'description' | 'policies'>,
  ): RoleDeclaration => ({
    account: target.account,
    name,
    arn: iamRoleArn(target, name),
    trust: serviceTrustPolicy(use, target.account),
    ...rest,
  });
  const starting = new Set(services.map((service) => service.executionRole));
  const acting = new Set(services.flatMap((service) => service.taskRoles).filter((name) => !starting.has(name)));
  const startedBy = (name: string) => services.filter((service) => service.executionRole === name);
  return [
    ...[...starting].map((name) =>
      role(name, 'ECS task execution', {
        description: `ECS uses this role to start the tasks of ${joinServiceNames(startedBy(name))}`,
        policies: { start: executionRolePolicy(installation, target, startedBy(name)) },
      }),
    ),
    ...[...acting].map((name) =>
      role(name, 'ECS task', { description: `The containers of ${target.name} use this role`, policies: {} }),
    ),
  ];
}

/** The names for a role's description, which has room for 1,000 characters (botocore iam `roleDescriptionType`). */
const joinServiceNames = (services: ServiceConfig[]): string =>
  fitName(services.map((service) => service.name).join(', '), 900);
