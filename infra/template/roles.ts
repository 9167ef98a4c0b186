import { type PolicyDocument, type RoleDeclaration, splitRoleName } from '../policy.ts';
import { logicalId, type TemplateEntry } from './resource.ts';

/** The name of the role's resource in a template. */
export const roleId = ({ name }: Pick<RoleDeclaration, 'name'>): string => logicalId(name, 'Role');

/** A role with all its policies. */
export const renderRole = (role: RoleDeclaration): TemplateEntry => [
  roleId(role),
  {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: splitRoleName(role.name).name,
      Path: splitRoleName(role.name).path,
      Description: role.description,
      AssumeRolePolicyDocument: role.trust,
      Policies: Object.entries(role.policies).map(([PolicyName, policy]) => ({ PolicyName, PolicyDocument: policy })),
    },
  },
];

const namesKey = (policy: PolicyDocument, keyArn: string): boolean => JSON.stringify(policy).includes(keyArn);

const pickPolicies = ({ policies }: RoleDeclaration, pick: (policy: PolicyDocument) => boolean) =>
  Object.entries(policies).filter(([, policy]) => pick(policy));

const rolePolicyId = (role: RoleDeclaration, policy: string): string => `${roleId(role)}${logicalId(policy, 'Policy')}`;

/**
 * A role whose policies that name the artifact key are resources of their own: the key's policy names the role, so the role must exist before the key,
 * and these policies after it.
 */
export const renderRoleBeforeKey = (role: RoleDeclaration, keyArn: string): TemplateEntry[] => [
  renderRole({
    ...role,
    policies: Object.fromEntries(pickPolicies(role, (policy) => !namesKey(policy, keyArn))),
  }),
  ...pickPolicies(role, (policy) => namesKey(policy, keyArn)).map(
    ([name, policy]): TemplateEntry => [
      rolePolicyId(role, name),
      {
        Type: 'AWS::IAM::RolePolicy',
        Properties: { RoleName: { Ref: roleId(role) }, PolicyName: name, PolicyDocument: policy },
      },
    ],
  ),
];

/** What must exist before a role can be used: the role, and its policies. */
export const roleDependencies = (role: RoleDeclaration, keyArn: string): string[] => [
  roleId(role),
  ...pickPolicies(role, (policy) => namesKey(policy, keyArn)).map(([name]) => rolePolicyId(role, name)),
];
