import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { buildAccountId, region, testAccountId } from '../start.ts';
import { accountRoot, allowStatement, catchError, objectKey, startBucket } from './bucket.ts';

const { asAdmin, bucket, client, cloud, deployerWith, encryptedWith, get, grant, makeKey, put, versioned } =
  await startBucket();

describe('an object is encrypted', () => {
  const managed = expect.stringMatching(`^arn:aws:kms:${region}:${buildAccountId}:key/`);

  it("with the bucket's key, which the head names in full", async () => {
    const key = await makeKey();
    await encryptedWith(key);
    const facts = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key, BucketKeyEnabled: true };
    expect(await put()).toMatchObject(facts);
    expect(await get()).toMatchObject({ text: 'content', ...facts });
    const used = cloud.authorizations.filter(({ service }) => service === 'kms').slice(-2);
    expect(used.map(({ action, resource }) => [action, resource])).toEqual([
      ['kms:GenerateDataKey', key],
      ['kms:Decrypt', key],
    ]);
  });

  it("with aws/s3 if it is encrypted by KMS without a key, whatever the bucket's setting is", async () => {
    const key = await makeKey();
    await encryptedWith(key);
    const { SSEKMSKeyId } = await put({ ServerSideEncryption: 'aws:kms' });
    expect(SSEKMSKeyId).toEqual(managed);
    expect(SSEKMSKeyId).not.toBe(key);
  });

  it('with a disabled key cannot be read by anybody', async () => {
    const key = await makeKey();
    await put({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key });
    await cloud.invoke('kms', 'DisableKey', { KeyId: key }, asAdmin);
    expect(await catchError(get())).toMatchObject({ name: 'KMS.DisabledException', message: `${key} is disabled.` });
  });
});

describe('a role of another account can read an object only with every permission:', () => {
  const user = `User: arn:aws:sts::${testAccountId}:assumed-role/test-deployment/run is not authorized to perform:`;
  const hidden = `${user} kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`;
  const all = ['s3:GetObject', 'kms:Decrypt'];

  it.each<[string, { may?: string[]; granted?: boolean; key?: boolean; managed?: boolean }, string | undefined]>([
    ['all of them', {}, undefined],
    [
      'no permission of its own',
      { may: ['kms:Decrypt'] },
      's3:GetObject on resource: "OBJECT" because no resource-based policy allows the s3:GetObject action',
    ],
    [
      'a bucket whose policy does not allow it',
      { granted: false },
      's3:GetObject on resource: "OBJECT" because no resource-based policy allows the s3:GetObject action',
    ],
    ['no permission to decrypt', { may: ['s3:GetObject'] }, hidden],
    ['a key whose policy does not allow it', { key: false }, hidden],
    ['the key aws/s3', { managed: true }, hidden],
  ])('%s', async (_, { may = all, granted = true, key = true, managed = false }, text) => {
    const KeyId = await makeKey(...(key ? [allowStatement(accountRoot(testAccountId), 'kms:Decrypt')] : []));
    await put({ ServerSideEncryption: 'aws:kms', ...(managed ? {} : { SSEKMSKeyId: KeyId }) });
    if (granted)
      await grant(allowStatement(accountRoot(testAccountId), 's3:GetObject', `arn:aws:s3:::${bucket.name}/*`));
    const answer = await catchError(get(deployerWith(...may)));
    if (text === undefined) return expect(answer).toBe('no error');
    const object = `arn:aws:s3:::${bucket.name}/a/artifact.zip`;
    expect(answer).toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
      message: `${text.startsWith('User') ? '' : `${user} `}${text.replace('OBJECT', object)}`,
    });
  });

  it('a missing object gives 403 to a caller who is not allowed to list, and HEAD has no body', async () => {
    await grant(allowStatement(accountRoot(testAccountId), 's3:GetObject', `arn:aws:s3:::${bucket.name}/*`));
    const blind = deployerWith(...all);
    expect(await catchError(get(blind))).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('s3:ListBucket'),
    });
    const head = new HeadObjectCommand({ Bucket: bucket.name, Key: objectKey });
    expect(await catchError(blind.send(head))).toMatchObject({ $metadata: { httpStatusCode: 403 } });
    expect(await catchError(client.send(head))).toMatchObject({ name: 'NotFound', $metadata: { httpStatusCode: 404 } });
  });

  it('a version needs its own permission', async () => {
    await versioned();
    const { VersionId } = await put();
    await grant(
      allowStatement(
        accountRoot(testAccountId),
        ['s3:GetObject', 's3:GetObjectVersion'],
        `arn:aws:s3:::${bucket.name}/*`,
      ),
    );
    expect(await catchError(get(deployerWith('s3:GetObject'), { VersionId }))).toMatchObject({ name: 'AccessDenied' });
    expect(await get(deployerWith('s3:GetObjectVersion'), { VersionId })).toMatchObject({ text: 'content' });
  });
});
