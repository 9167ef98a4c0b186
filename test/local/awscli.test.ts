import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { kms } from '../../local/kms.ts';
import { s3 } from '../../local/s3.ts';
import { sts } from '../../local/sts.ts';
import { buildAccountId, region, startCloud, testAccountId } from '../start.ts';
import { catchError } from './bucket.ts';
import { createShellEnvironment } from './shell.ts';

const run = promisify(execFile);
const runs = async (command: string, ...args: string[]) => (await catchError(run(command, args))) === 'no error';

const awscli = await runs('aws', '--version');
const boto3 = await runs('python3', '-c', 'import boto3');
if (!awscli) console.warn('awscli is not installed: its tests are skipped.');
if (!boto3) console.warn('boto3 is not installed: its test is skipped.');

const { cloud, as } = await startCloud(kms, s3, sts);
const folder = await mkdtemp(join(tmpdir(), 'gantry-awscli-'));
afterAll(() => rm(folder, { recursive: true }));

const roleArn = `arn:aws:iam::${testAccountId}:role/test-deployment`;
const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${buildAccountId}:root` }, Action: 'sts:AssumeRole' };
cloud.iam.roles.set(roleArn, { arn: roleArn, trust: { Version: '2012-10-17', Statement: [trust] }, policies: {} });

const env = createShellEnvironment(cloud, as(buildAccountId).credentials, folder);

/** Runs a command and returns its output, parsed if it is JSON; a command that fails throws with its stderr. */
const aws = async (command: string, ...more: string[]) => {
  const { stdout } = await run('aws', [...command.split(' '), ...more], { env });
  return stdout.startsWith('{') ? JSON.parse(stdout) : stdout;
};
const refusal = (command: string, ...more: string[]) =>
  catchError(aws(command, ...more)).then(({ stderr }) => String(stderr).trim());

/** A command takes half a second to start, and several seconds on a busy machine. */
const patience = { timeout: 60_000 };

describe.skipIf(!awscli)('awscli works unchanged', patience, () => {
  it('sts get-caller-identity', async () => {
    const me = { Account: buildAccountId, Arn: `arn:aws:iam::${buildAccountId}:user/admin` };
    expect(await aws('sts get-caller-identity')).toMatchObject(me);
  });

  it('sts assume-role', async () => {
    const assume = 'sts assume-role --role-session-name me --duration-seconds 900 --role-arn';
    const { Credentials, AssumedRoleUser } = await aws(assume, roleArn);
    expect(AssumedRoleUser.Arn).toBe(`arn:aws:sts::${testAccountId}:assumed-role/test-deployment/me`);
    expect(Date.parse(Credentials.Expiration)).toBe(cloud.clock.now() + 900_000);
    expect(await refusal(assume, `${roleArn}-other`)).toBe(
      `An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::${buildAccountId}:user/admin is not authorized to perform: sts:AssumeRole on resource: ${roleArn}-other`,
    );
  });

  it('kms create-key, describe-key, encrypt and decrypt', async () => {
    const { KeyMetadata } = await aws('kms create-key');
    await aws('kms create-alias --alias-name alias/cli --target-key-id', KeyMetadata.KeyId);
    expect((await aws('kms describe-key --key-id alias/cli')).KeyMetadata).toEqual(KeyMetadata);
    // Version 1 prints epoch seconds, and version 2 prints a date.
    const created = KeyMetadata.CreationDate;
    expect(new Date(typeof created === 'number' ? created * 1000 : created).getTime()).toBe(cloud.clock.now());
    const [plain, secret] = [join(folder, 'plain'), join(folder, 'secret')];
    await writeFile(plain, 'hush');
    const { CiphertextBlob } = await aws('kms encrypt --key-id alias/cli --plaintext', `fileb://${plain}`);
    await writeFile(secret, Buffer.from(CiphertextBlob, 'base64'));
    const { Plaintext } = await aws('kms decrypt --ciphertext-blob', `fileb://${secret}`);
    expect(Buffer.from(Plaintext, 'base64').toString()).toBe('hush');
  });

  it('s3 cp up and down, ls, and s3api head-object', async () => {
    const [up, down] = [join(folder, 'up file.txt'), join(folder, 'down.txt')];
    await writeFile(up, 'over the quay');
    await aws('s3 mb s3://cli-bucket');
    await aws('s3 cp --sse aws:kms', up, 's3://cli-bucket/a b/file.txt');
    await aws('s3 cp', 's3://cli-bucket/a b/file.txt', down);
    expect(await readFile(down, 'utf8')).toBe('over the quay');
    expect(await aws('s3 ls s3://cli-bucket/')).toContain('PRE a b/');
    const head = await aws('s3api head-object --bucket cli-bucket --key', 'a b/file.txt');
    expect(head).toMatchObject({ ContentLength: 13, ContentType: 'text/plain', ServerSideEncryption: 'aws:kms' });
    expect(head.SSEKMSKeyId).toMatch(`arn:aws:kms:${region}:${buildAccountId}:key/`);
    expect(await refusal('s3api head-object --bucket cli-bucket --key none')).toBe(
      'An error occurred (404) when calling the HeadObject operation: Not Found',
    );
  });

  it.each([
    ['a service', 'iam list-users', 'ListUsers operation: The embedded AWS does not cover the service iam.'],
    ['an operation', 'kms list-keys', 'ListKeys operation: The embedded AWS does not cover kms ListKeys.'],
    [
      'a parameter',
      'kms create-key --multi-region',
      'CreateKey operation: The embedded AWS does not cover the parameter MultiRegion of kms CreateKey.',
    ],
  ])('%s that is not covered is refused by name', async (_, command, text) => {
    expect(await refusal(command)).toBe(`An error occurred (NotCovered) when calling the ${text}`);
  });
});

const program = `
import boto3, json
s3, kms = boto3.client('s3'), boto3.client('kms')
s3.create_bucket(Bucket='boto-bucket', CreateBucketConfiguration={'LocationConstraint': '${region}'})
s3.put_bucket_versioning(Bucket='boto-bucket', VersioningConfiguration={'Status': 'Enabled'})
put = s3.put_object(Bucket='boto-bucket', Key='k', Body=b'bytes', ServerSideEncryption='aws:kms')
got = s3.get_object(Bucket='boto-bucket', Key='k', VersionId=put['VersionId'])
manager = kms.describe_key(KeyId=got['SSEKMSKeyId'])['KeyMetadata']['KeyManager']
try:
  s3.get_object(Bucket='boto-bucket', Key='none')
except s3.exceptions.NoSuchKey as error:
  missing = error.response['Error']['Message']
print(json.dumps({'body': got['Body'].read().decode(), 'manager': manager, 'missing': missing,
  'me': boto3.client('sts').get_caller_identity()['Account']}))
`;

describe.skipIf(!boto3)('boto3 works unchanged', patience, () => {
  it('with S3, KMS and STS', async () => {
    const { stdout } = await run('python3', ['-c', program], { env });
    const missing = 'The specified key does not exist.';
    expect(JSON.parse(stdout)).toEqual({ body: 'bytes', manager: 'AWS', missing, me: buildAccountId });
  });
});
