import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  NoSuchEntityException,
  paginateListRoles,
} from '@aws-sdk/client-iam';

/** IAM is a global service; requests to it are signed for this Region (docs.aws.amazon.com/general/latest/gr/iam-service.html). */
const iam = new IAMClient({ region: 'us-east-1' });

/** The JSON texts of a role's trust policy and, by name, of its inline and attached policies. */
export interface RolePolicies {
  trust: string;
  policies: Record<string, string>;
}

/** Takes the ARN of a role in the caller's account; returns undefined if there is no such role. */
export async function readRolePolicies(arn: string): Promise<RolePolicies | undefined> {
  const RoleName = arn.split('/').at(-1) ?? '';
  const answer = await iam.send(new GetRoleCommand({ RoleName })).catch(undefinedIfMissing);
  if (answer?.Role === undefined) return undefined;
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  const inline = PolicyNames.map(async (name) => [name, await readInlinePolicy(RoleName, name)] as const);
  const attached = AttachedPolicies.map(
    async ({ PolicyName = '', PolicyArn = '' }) => [PolicyName, await readAttachedPolicy(PolicyArn)] as const,
  );
  return {
    trust: decodePolicy(answer.Role.AssumeRolePolicyDocument),
    policies: Object.fromEntries(await Promise.all([...inline, ...attached])),
  };
}

/** Returns the ARNs of all roles of the caller's account. */
export async function listRoleArns(): Promise<string[]> {
  const arns: string[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, { MaxItems: rolesPerPage }))
    arns.push(...Roles.flatMap(({ Arn }) => Arn ?? []));
  return arns;
}

/** The maximum number of roles that one call lists (botocore iam `maxItemsType`). */
const rolesPerPage = 1000;

const undefinedIfMissing = (error: unknown): undefined => {
  if (error instanceof NoSuchEntityException) return undefined;
  throw error;
};

/** IAM returns policies URL-encoded as in RFC 3986 (docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html). */
const decodePolicy = (text = ''): string => decodeURIComponent(text);

const readInlinePolicy = async (RoleName: string, PolicyName: string): Promise<string> =>
  decodePolicy((await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))).PolicyDocument);

async function readAttachedPolicy(PolicyArn: string): Promise<string> {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  const VersionId = Policy?.DefaultVersionId ?? 'v1';
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
  return decodePolicy(PolicyVersion?.Document);
}
