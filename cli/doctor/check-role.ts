import type { TargetConfig } from '../../core/config/check.ts';
import { viewerRoleName } from '../../core/config/resource-names.ts';
import { deploymentRoleArn } from '../../core/config/targets.ts';
import { formatCount } from '../../core/parsing/count.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import { type Check, okOutcome } from './check-result.ts';
import { findFunctionsAllowedTo } from './functions-by-permission.ts';
import { createPermissionCheck } from './permission-check.ts';
import { createResourceCheck } from './resource-check.ts';

/** IAM limits the length of a policy, and every named service makes the role's policy longer. */
const roomChecks = ({ moreServices }: SystemDeclaration, { name }: TargetConfig): Check[] =>
  moreServices
    .filter(({ target }) => target === name)
    .map(({ count, nameLength }) => ({
      link: 'role',
      about: name,
      title: `the deployment role of ${name} has room for more services`,
      run: () =>
        okOutcome(
          `the deployment role of ${name} has room for ${formatCount(count, 'more service')} with names of ${nameLength} characters; match needs no room for each service`,
        ),
    }));

/** The checks of a target's deployment role itself. */
export const roleChecks = (system: SystemDeclaration, target: TargetConfig): Check[] => [
  ...assumeRoleChecks(system, target),
  ...roomChecks(system, target),
];

function assumeRoleChecks(system: SystemDeclaration, target: TargetConfig): Check[] {
  const role = deploymentRoleArn(target, system.stage);
  const asks = findFunctionsAllowedTo(system, 'sts:AssumeRole').map(({ role: by }) => ({
    by,
    region: target.region,
    actions: ['sts:AssumeRole'],
    on: [role],
    ...(target.externalId !== undefined && { context: { 'sts:ExternalId': target.externalId } }),
  }));
  const balancing = ['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetHealth'];
  return [
    createPermissionCheck({ link: 'role', about: target.name, who: 'the functions', what: `assume ${role}`, asks }),
    createResourceCheck({
      link: 'role',
      about: target.name,
      title: `these credentials can assume ${viewerRoleName(role)}`,
      onlyLive: true,
      read: (facts) => facts.assumed.get(target.name) ?? { unread: 'the role was not tried' },
      wrong: () => undefined,
      reportsMissing: {
        policy: `the trust policy of ${viewerRoleName(role).split(':role/')[1]}`,
        statement: 'Viewers',
        fix: `name your user or role in targets.${target.name}.viewers of gantry.config.ts and deploy; your own policies must allow sts:AssumeRole on it, too`,
      },
    }),
    createPermissionCheck({
      link: 'role',
      about: target.name,
      who: `the deployment role of ${target.name}`,
      what: 'describe the load balancing of its services',
      asks: [{ by: role, region: target.region, actions: balancing, on: ['*'] }],
    }),
  ];
}
