import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { kms } from '../../local/kms.ts';
import { s3 } from '../../local/s3.ts';
import { sts } from '../../local/sts.ts';
import { buildAccountId, startCloud } from '../start.ts';
import { catchError } from './bucket.ts';

const { cloud, as, clock } = await startCloud(kms, sts, s3);
const admin = as(buildAccountId);

describe('the signature identifies the caller:', () => {
  const describeKey = (credentials: typeof admin.credentials) =>
    catchError(new KMSClient({ ...admin, credentials }).send(new DescribeKeyCommand({ KeyId: 'alias/aws/s3' })));

  const strange = { ...admin, credentials: { accessKeyId: 'AKIASTRANGE', secretAccessKey: 's' } };
  it.each([
    [
      'KMS',
      () => new KMSClient(strange).send(new DescribeKeyCommand({ KeyId: 'alias/aws/s3' })),
      'UnrecognizedClientException',
    ],
    ['STS', () => new STSClient(strange).send(new GetCallerIdentityCommand({})), 'InvalidClientTokenId'],
    ['S3', () => new S3Client(strange).send(new ListObjectsV2Command({ Bucket: 'b' })), 'InvalidAccessKeyId'],
  ])('%s refuses unknown access keys', async (_, send, name) => {
    expect(await catchError(send())).toMatchObject({ name });
  });

  it('valid credentials are accepted', async () => {
    expect(await describeKey(admin.credentials)).toBe('no error');
  });

  it('a wrong secret key gives a wrong signature', async () => {
    const credentials = { ...admin.credentials, secretAccessKey: 'guessed' };
    expect(await describeKey(credentials)).toMatchObject({ name: 'InvalidSignatureException' });
  });

  it('an expired session is refused as expired', async () => {
    const session = cloud.iam.issueCredentials(
      { account: buildAccountId, arn: `arn:aws:iam::${buildAccountId}:user/admin` },
      900,
    );
    clock.after(900_000, () => {});
    const { expiration: _, ...credentials } = session;
    const early = clock.now();
    await clock.advanceUntil(() => clock.now() > early);
    expect(await describeKey(credentials as typeof admin.credentials)).toMatchObject({ name: 'ExpiredTokenException' });
  });

  it('an unsigned request is refused', async () => {
    const answer = await fetch(cloud.url, { method: 'POST', headers: { 'x-amz-target': 'TrentService.DescribeKey' } });
    expect([answer.status, await answer.json()]).toEqual([
      403,
      { __type: 'MissingAuthenticationToken', message: 'Request is missing Authentication Token' },
    ]);
  });
});
