import { type RoleDeclaration, splitRoleName } from '../policy.ts';
import { logicalId, type TemplateEntry } from './resource.ts';

/** The name of the role's resource in a template. */
export const roleId = ({ name }: Pick<RoleDeclaration, 'name'>): string => logicalId(name, 'Role');

/**
 * A role that contains all its policies. No policy is a separate resource. If such a policy became a part of the role in an update, CloudFormation would
 * delete the separate resource at the end of the update, and with it the role's policy of the same name.
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
