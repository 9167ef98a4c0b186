import { type PolicyDocument, policyDocument, type Statement } from '../policy.ts';

/** The length of a managed policy, in characters without white space (docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). */
export const maxManagedPolicyLength = 6144;

const fits = (statements: Statement[], most: number): boolean =>
  JSON.stringify(policyDocument(...statements)).length <= most;

/**
 * Divides a policy into policies of at most `most` characters that together allow the same. A statement that is too long for one policy is divided by its
 * resources. Throws if the statement of one resource is too long.
 */
export function splitPolicy(policy: PolicyDocument, most: number = maxManagedPolicyLength): PolicyDocument[] {
  const parts: Statement[][] = [];
  for (const statement of policy.Statement.flatMap((one) => splitStatement(one, most))) {
    const part = parts.find((statements) => fits([...statements, statement], most));
    if (part === undefined) parts.push([statement]);
    else part.push(statement);
  }
  return parts.map((statements) => policyDocument(...statements));
}

/** The halves have different Sids, because both can be in the same policy. */
function splitStatement(statement: Statement, most: number): Statement[] {
  if (fits([statement], most)) return [statement];
  const { Resource = [], Sid } = statement;
  if (Resource.length < 2) throw new Error(`The statement ${Sid} has more than ${most} characters.`);
  const middle = Math.ceil(Resource.length / 2);
  return [Resource.slice(0, middle), Resource.slice(middle)].flatMap((half, index) =>
    splitStatement({ ...statement, Sid: `${Sid}${index + 1}`, Resource: half }, most),
  );
}
