import { evaluatePolicies } from '../../policy-evaluator/evaluate-policies.ts';
import type { LookupResult, RoleFacts } from './facts.ts';

/** Existing roles, by ARN or by name, with their policies. */
type ExistingRoles = Map<string, LookupResult<RoleFacts>>;

/**
 * Returns the names of the roles that ECS tasks can have and that are allowed to change any role of the account, as an administrator is. A role whose policies
 * could not be read is not in the list.
 */
export async function findPowerfulRoles(roles: ExistingRoles, at: number): Promise<string[]> {
  const found: string[] = [];
  for (const [arn, role] of roles)
    if ('found' in role && (await isTaskRole(arn, role.found, at)) && (await mayChangeRoles(arn, role.found, at)))
      found.push(arn.split(':role/')[1] ?? arn);
  return found;
}

const accountOf = (arn: string): string => arn.split(':')[4] ?? '';

/** Whether ECS can start tasks with the role. */
async function isTaskRole(arn: string, { trust }: RoleFacts, at: number): Promise<boolean> {
  const account = accountOf(arn);
  const caller = { account, arn: 'ecs-tasks.amazonaws.com' };
  const circumstances = { policy: { ...trust, Statement: trust.Statement.map((one) => ({ Resource: arn, ...one })) } };
  const decision = await evaluatePolicies(
    { caller, region: 'us-east-1', at, action: 'sts:AssumeRole', resource: arn, circumstances },
    {},
  );
  return 'allowedBy' in decision;
}

/** Whether the role is allowed to attach policies to any role. Such a role can give itself every other permission. */
async function mayChangeRoles(arn: string, { policies }: RoleFacts, at: number): Promise<boolean> {
  const account = accountOf(arn);
  const partition = arn.split(':')[1];
  const session = `arn:${partition}:sts::${account}:assumed-role/${arn.split('/').at(-1)}/doctor`;
  const decision = await evaluatePolicies(
    {
      caller: { account, arn: session, roleArn: arn },
      region: 'us-east-1',
      at,
      action: 'iam:AttachRolePolicy',
      resource: `arn:${partition}:iam::${account}:role/any`,
      circumstances: { context: { 'iam:PolicyARN': `arn:${partition}:iam::aws:policy/AdministratorAccess` } },
    },
    policies,
  );
  return 'allowedBy' in decision;
}
