import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Caller, PolicyDocument } from '../policy-evaluator/caller.ts';
import { AwsError } from './aws-error.ts';
import type { AwsService, Call, Cloud } from './cloud.ts';
import { defineOperation } from './define-operation.ts';
import { parsePolicy } from './parse-policy.ts';

/** The maximum length of a plain-text session policy (docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html). */
const maxPolicyLength = 2048;

/**
 * A role session assumed by another role lasts at most one hour
 * (docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining).
 */
const maxChainedSessionSeconds = 3600;

/** The maximum length under the stricter answer to `packed-policy-size`. */
const strictPolicyLength = maxPolicyLength / 2;

/** Returns the packed size in percent. Throws PackedPolicyTooLarge if it is more than 100 (the same page, PackedPolicySize). */
function packPolicy({ answers }: Cloud, policy: string): number {
  const most = answers['packed-policy-size'] === 'half' ? strictPolicyLength : maxPolicyLength;
  const percent = Math.ceil((policy.length / most) * 100);
  if (percent <= 100) return percent;
  throw new AwsError(
    'PackedPolicyTooLarge',
    `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  );
}

const assumeRoleSchema = z.strictObject({
  RoleArn: z.string().min(20).max(2048),
  RoleSessionName: z
    .string()
    .regex(/^[\w+=,.@-]{2,64}$/, 'Member must satisfy regular expression pattern: [\\w+=,.@-]*'),
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3600),
  ExternalId: z.string().min(2).max(1224).optional(),
  Policy: z.string().max(maxPolicyLength).optional(),
});

/** STS: GetCallerIdentity and AssumeRole. */
export const sts = (cloud: Cloud): AwsService => ({
  name: 'sts',
  protocol: 'query',
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations: {
    GetCallerIdentity: defineOperation(z.strictObject({}), (_, { caller }) => ({
      UserId: userId(caller),
      Account: caller.account,
      Arn: caller.arn,
    })),
    AssumeRole: defineOperation(assumeRoleSchema, (input, call) => assumeRole(cloud, input, call)),
  },
});

/** Unique ids begin with AIDA for a user, AROA for a role (docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html). */
const uniqueId = (prefix: string, arn: string): string =>
  `${prefix}${createHash('sha256').update(arn).digest('hex').slice(0, 17).toUpperCase()}`;

const userId = ({ arn, roleArn }: Caller): string =>
  roleArn === undefined ? uniqueId('AIDA', arn) : `${uniqueId('AROA', roleArn)}:${arn.split('/').at(-1)}`;

async function assumeRole(cloud: Cloud, input: z.infer<typeof assumeRoleSchema>, call: Call): Promise<unknown> {
  const sessionPolicy = input.Policy === undefined ? undefined : parsePolicy(input.Policy, 'MalformedPolicyDocument');
  await authorizeAssumeRole(input, call);
  const packed = input.Policy === undefined ? undefined : packPolicy(cloud, input.Policy);
  if (call.caller.roleArn !== undefined && input.DurationSeconds > maxChainedSessionSeconds)
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  const caller: Caller = {
    ...cloud.iam.session(input.RoleArn, input.RoleSessionName),
    ...(sessionPolicy ? { sessionPolicy } : {}),
  };
  const {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiration = 0,
  } = cloud.iam.issueCredentials(caller, input.DurationSeconds);
  return {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: new Date(expiration),
    },
    AssumedRoleUser: { AssumedRoleId: userId(caller), Arn: caller.arn },
    PackedPolicySize: packed,
  };
}

/** The trust policy used for a role that does not exist, so that the denial is the same as for an existing role. */
const denyAllTrust: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'NoSuchRole', Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole', Resource: '*' }],
};

/**
 * AWS returns the same message for a missing trust policy, a missing permission, a wrong external id and a missing role:
 * nothing follows the resource.
 */
const authorizeAssumeRole = (
  { RoleArn, RoleSessionName, ExternalId }: z.infer<typeof assumeRoleSchema>,
  call: Call,
): Promise<void> =>
  call.allow('sts:AssumeRole', RoleArn, {
    policy: call.cloud.iam.roles.get(RoleArn)?.trust ?? denyAllTrust,
    context: { 'sts:RoleSessionName': RoleSessionName, ...(ExternalId ? { 'sts:ExternalId': ExternalId } : {}) },
    toDenial: (reason) =>
      new AwsError('AccessDenied', reason.replace(/ (because no|with an explicit deny) .*$/, ''), 403),
  });
