import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import { kms } from '../../local/kms.ts';
import { buildAccountId, region, startCloud, testAccountId } from '../start.ts';
import { catchError } from './bucket.ts';

const { cloud, as } = await startCloud(kms);
const client = new KMSClient(as(buildAccountId));
const theirs = new KMSClient(as(testAccountId));

describe('the AWS managed key aws/s3', () => {
  it('exists once per account and Region, and cannot be changed', async () => {
    const mine = await client.send(new DescribeKeyCommand({ KeyId: 'alias/aws/s3' }));
    expect(mine.KeyMetadata?.KeyManager).toBe('AWS');
    expect((await client.send(new DescribeKeyCommand({ KeyId: 'alias/aws/s3' }))).KeyMetadata).toEqual(
      mine.KeyMetadata,
    );
    expect((await theirs.send(new DescribeKeyCommand({ KeyId: 'alias/aws/s3' }))).KeyMetadata?.Arn).not.toBe(
      mine.KeyMetadata?.Arn,
    );
    const KeyId = mine.KeyMetadata!.Arn!;
    const { Policy } = await client.send(new GetKeyPolicyCommand({ KeyId }));
    const change = new PutKeyPolicyCommand({ KeyId, Policy: Policy! });
    expect(await catchError(client.send(change))).toMatchObject({ name: 'AccessDeniedException' });
  });

  it.each([
    ['its own account through S3', buildAccountId, { 'kms:ViaService': `s3.${region}.amazonaws.com` }, true],
    ['its own account directly', buildAccountId, {}, false],
    ['another account through S3', testAccountId, { 'kms:ViaService': `s3.${region}.amazonaws.com` }, false],
  ])('can be used by %s: %4$s', async (_, account, context, allowed) => {
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: 'alias/aws/s3' }));
    const caller = { account, arn: `arn:aws:iam::${account}:user/admin`, context: { ...context } };
    const made = cloud.invoke('kms', 'GenerateDataKey', { KeyId: KeyMetadata!.Arn }, { caller, region });
    expect((await catchError(made)) === 'no error').toBe(allowed);
  });
});
