import { type RoleDeclaration, splitRoleName } from '../policy.ts';
import { logicalId, type TemplateEntry } from './resource.ts';

/** The name of the role's resource in a template. */
export const roleId = ({ name }: Pick<RoleDeclaration, 'name'>): string => logicalId(name, 'Role');

/**
 * A role with all its policies. None of them is a resource of its own: if a policy became a part of the role in an update, CloudFormation would delete the
 * resource at the end of the update, and so the policy of this name.
 */
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
