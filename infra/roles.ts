import { plan, policyJson } from './plan.ts';
import { type RoleDeclaration, splitRoleName } from './policy.ts';
import { isManagedBySst, providerOptionsFor } from './providers.ts';

type CreatedRole = { role: InstanceType<typeof aws.iam.Role>; policies: InstanceType<typeof aws.iam.RolePolicy>[] };

const createdRoles = new Map<string, CreatedRole>(
  plan.roles.filter(isManagedBySst).map((role) => [role.arn, createRole(role)]),
);

function createRole({ account, arn, name, description, trust, policies }: RoleDeclaration): CreatedRole {
  const place = providerOptionsFor({ account });
  const logical = `Role-${account}-${name}`;
  const role = new aws.iam.Role(
    logical,
    { ...splitRoleName(name), description, assumeRolePolicy: JSON.stringify(trust) },
    place,
  );
  return {
    role,
    policies: Object.keys(policies).map(
      (policy) =>
        new aws.iam.RolePolicy(
          `${logical}-${policy}`,
          {
            name: policy,
            role: role.name,
            policy: policyJson((system) => system.roles.find((one) => one.arn === arn)?.policies[policy]),
          },
          place,
        ),
    ),
  };
}

/**
 * Returns a role that `sst deploy` creates, by its ARN: the ARN as an output of the role, and the policies that must exist before the role can be used.
 * Throws for an undeclared role.
 */
export function findCreatedRole(arn: string): { arn: CreatedRole['role']['arn']; dependsOn: CreatedRole['policies'] } {
  const found = createdRoles.get(arn);
  if (found === undefined) throw new Error(`infra/system.ts names the role ${arn}, but declares no such role.`);
  return { arn: found.role.arn, dependsOn: found.policies };
}

/** Every role that `sst deploy` creates. A key's policy can name only roles that exist. */
export const allRoles = [...createdRoles.values()].map(({ role }) => role);
