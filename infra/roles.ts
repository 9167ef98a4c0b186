import { inPlace, isOurs } from './accounts.ts';
import { document, plan } from './plan.ts';
import { nameAndPath, type Role } from './policy.ts';

type Made = { role: InstanceType<typeof aws.iam.Role>; policies: InstanceType<typeof aws.iam.RolePolicy>[] };

const made = new Map<string, Made>(plan.roles.filter(isOurs).map((role) => [role.arn, makeRole(role)]));

function makeRole({ account, arn, name, description, trust, policies }: Role): Made {
  const place = inPlace({ account });
  const logical = `Role-${account}-${name}`;
  const role = new aws.iam.Role(
    logical,
    { ...nameAndPath(name), description, assumeRolePolicy: JSON.stringify(trust) },
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
            policy: document((system) => system.roles.find((one) => one.arn === arn)?.policies[policy]),
          },
          place,
        ),
    ),
  };
}

/** A role that is made here, by its ARN: the ARN, known once the role exists, and what must exist before the role can be used. */
export function roleOf(arn: string): { arn: Made['role']['arn']; dependsOn: Made['policies'] } {
  const found = made.get(arn);
  if (found === undefined) throw new Error(`infra/system.ts names the role ${arn}, but declares no such role.`);
  return { arn: found.role.arn, dependsOn: found.policies };
}

/** Every role that is made here. A key's policy can only name roles that exist. */
export const allRoles = [...made.values()].map(({ role }) => role);
