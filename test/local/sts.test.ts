import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { sts } from '../../local/sts.ts';
import { buildAccountId, startCloud, testAccountId } from '../start.ts';
import { catchError } from './bucket.ts';

const { cloud, as, clock } = await startCloud(sts);
const roleArn = `arn:aws:iam::${testAccountId}:role/test-deployment`;
const runner = `arn:aws:iam::${buildAccountId}:role/gantry-runner`;
const statement = (Effect: string, more: Record<string, unknown>) => ({ Sid: 'S', Effect, ...more });
const policy = (...Statement: Record<string, unknown>[]) => ({ Version: '2012-10-17' as const, Statement });

const trust = (principal: string, condition = {}) =>
  policy(statement('Allow', { Principal: { AWS: principal }, Action: 'sts:AssumeRole', ...condition }));
const may = (...resources: string[]) => policy(statement('Allow', { Action: 'sts:AssumeRole', Resource: resources }));

/** Creates a client with a session of the runner role, which has `permissions`. */
const runnerWith = (permissions = may(roleArn)) => {
  cloud.iam.roles.set(runner, { arn: runner, trust: policy(), policies: { run: permissions } });
  const { expiration: _, ...credentials } = cloud.iam.issueCredentials(cloud.iam.session(runner, 'lambda'), 3600);
  return new STSClient({
    ...as(buildAccountId),
    credentials: credentials as { accessKeyId: string; secretAccessKey: string },
  });
};
const trusting = (document = trust(`arn:aws:iam::${buildAccountId}:root`)) =>
  cloud.iam.roles.set(roleArn, { arn: roleArn, trust: document, policies: {} });

const assume = (client: STSClient, more: Partial<AssumeRoleCommandInput> = {}) =>
  client.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'run-1', ...more }));

describe('assuming a role across accounts', () => {
  it('returns credentials of the session until they expire', async () => {
    trusting();
    const { Credentials, AssumedRoleUser } = await assume(runnerWith(), { DurationSeconds: 900 });
    const session = `arn:aws:sts::${testAccountId}:assumed-role/test-deployment/run-1`;
    expect(AssumedRoleUser).toMatchObject({ Arn: session, AssumedRoleId: expect.stringMatching(/^AROA\w{17}:run-1$/) });
    expect(Credentials?.Expiration).toEqual(new Date(clock.now() + 900_000));
    const credentials = {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    };
    const me = await new STSClient({ ...as(buildAccountId), credentials }).send(new GetCallerIdentityCommand({}));
    expect(me).toMatchObject({ Account: testAccountId, Arn: session, UserId: AssumedRoleUser?.AssumedRoleId });
  });

  it('applies the session policy to the calls of the session', async () => {
    trusting();
    const Policy = JSON.stringify(policy(statement('Allow', { Action: 'ecs:*', Resource: '*' })));
    const { Credentials, PackedPolicySize } = await assume(runnerWith(), { Policy });
    expect(
      cloud.iam.findCredentials(Credentials!.AccessKeyId!, Credentials!.SessionToken)?.caller.sessionPolicy,
    ).toEqual(JSON.parse(Policy));
    expect(PackedPolicySize).toBeGreaterThan(0);
  });

  it('is allowed and recorded if the external id is right', async () => {
    trusting(trust(runner, { Condition: { StringEquals: { 'sts:ExternalId': 'gantry' } } }));
    await assume(runnerWith(), { ExternalId: 'gantry' });
    expect(cloud.authorizations.at(-1)).toMatchObject({
      action: 'sts:AssumeRole',
      resource: roleArn,
      allowedBy: ['run/S', 'resource policy/S'],
    });
  });
});

describe('every missing permission is refused with the same message:', () => {
  const strict = trust(runner, { Condition: { StringEquals: { 'sts:ExternalId': 'gantry' } } });
  const others = may(`${roleArn}-other`);
  it.each<[string, ReturnType<typeof trust> | undefined, ReturnType<typeof may>, string?]>([
    ['the role does not trust the caller', trust('arn:aws:iam::333333333333:root'), may(roleArn)],
    ['the caller is not allowed', trust(`arn:aws:iam::${buildAccountId}:root`), others],
    ['the caller is not allowed, although the role trusts it by name', trust(runner), others],
    ['the external id is missing', strict, may(roleArn)],
    ['the external id is wrong', strict, may(roleArn), 'other'],
    ['the role does not exist', undefined, may(roleArn)],
  ])('%s', async (_, trusted, permissions, ExternalId) => {
    cloud.iam.roles.delete(roleArn);
    if (trusted) trusting(trusted);
    expect(await catchError(assume(runnerWith(permissions), { ExternalId }))).toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
      message: `User: arn:aws:sts::${buildAccountId}:assumed-role/gantry-runner/lambda is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    });
  });
});

describe('an invalid request is refused:', () => {
  it.each<[string, Partial<AssumeRoleCommandInput>, string, string]>([
    ['a duration that is too short', { DurationSeconds: 899 }, 'ValidationError', "Value at 'DurationSeconds'"],
    [
      'a duration that is too long for role chaining',
      { DurationSeconds: 3601 },
      'ValidationError',
      '1 hour session limit',
    ],
    ['a session name with a space', { RoleSessionName: 'a b' }, 'ValidationError', "Value at 'RoleSessionName'"],
    ['a session policy that is not JSON', { Policy: '{' }, 'MalformedPolicyDocumentException', 'invalid Json'],
    [
      'a parameter that is not covered',
      { SourceIdentity: 'me' },
      'NotCovered',
      'the parameter SourceIdentity of sts AssumeRole',
    ],
  ])('%s', async (_, more, name, text) => {
    trusting();
    expect(await catchError(assume(runnerWith(), more))).toMatchObject({
      name,
      message: expect.stringContaining(text),
    });
  });
});
