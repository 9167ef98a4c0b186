/** An IAM policy document as plain data. Every statement has a Sid, so that a decision can name the statement that allowed it. */
export type PolicyDocument = { Version: '2012-10-17'; Statement: Statement[] };

export type Statement = {
  Sid: string;
  Effect: 'Allow' | 'Deny';
  Principal?: '*' | { AWS: string[] } | { Service: string };
  Action: string[];
  Resource?: string[];
  Condition?: PolicyCondition;
};

export type PolicyCondition = Record<string, Record<string, string | string[]>>;

/** A role: its trust policy, and its inline policies by name. */
export interface RoleDeclaration {
  account: string;
  name: string;
  arn: string;
  description: string;
  trust: PolicyDocument;
  policies: Record<string, PolicyDocument>;
}

/** A policy of these statements. Omits a statement that names no resource, because IAM refuses an empty list. */
export const policyDocument = (...statements: Statement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements.filter(({ Resource }) => Resource === undefined || Resource.length > 0),
});

/** A statement of an identity's policy. */
export const allowStatement = (
  Sid: string,
  Action: string[],
  rest: { on: string[]; when?: PolicyCondition },
): Statement => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource: rest.on,
  ...(rest.when && { Condition: rest.when }),
});

/** A statement of a resource's policy, for these accounts or roles. */
export const withPrincipals = (principals: string[], statement: Statement): Statement => ({
  Sid: statement.Sid,
  Effect: statement.Effect,
  Principal: { AWS: principals },
  Action: statement.Action,
  ...(statement.Resource && { Resource: statement.Resource }),
  ...(statement.Condition && { Condition: statement.Condition }),
});

/** A role's name with a path, `team/deployer`, as IAM's two fields. */
export function splitRoleName(name: string): { name: string; path: string } {
  const end = name.lastIndexOf('/') + 1;
  return { name: name.slice(end), path: `/${name.slice(0, end)}` };
}
