import { describe, expect, it } from 'vitest';
import { type ArtifactReadRefusalFacts, explainRefusedRead } from '../../../core/artifact/refused-read.ts';

const location = { bucket: 'artifacts', key: 'shop/Built/1', versionId: 'v1' };
const declared = 'arn:aws:kms:eu-west-1:111111111111:key/declared';
const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/real';
const who = 'User: arn:aws:sts::111111111111:assumed-role/read-images/f is not authorized to perform:';
const denied = (rest: string) => ({ name: 'AccessDenied', message: `${who} ${rest}` });
const decrypt = (why: string) => denied(`kms:Decrypt on the resource associated with this ciphertext because ${why}`);
const enabled = { manager: 'CUSTOMER', state: 'Enabled' };
const managed = { manager: 'AWS', state: 'Enabled' };
const nobody =
  'the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access';

const facts = (given: Partial<ArtifactReadRefusalFacts>): ArtifactReadRefusalFacts => ({
  location,
  step: 'GetObject',
  head: { bytes: 9, keyArn, algorithm: 'aws:kms' },
  key: enabled,
  declared,
  error: decrypt(nobody),
  ...given,
});

describe('the explanation of a refused read', () => {
  it.each<[string, Partial<ArtifactReadRefusalFacts>, string, RegExp]>([
    [
      'the object does not exist',
      { step: 'HeadObject', head: undefined, key: undefined, error: { name: 'NotFound', message: 'UnknownError' } },
      'RevisionUnavailable',
      /^The artifact s3:\/\/artifacts\/shop\/Built\/1\?versionId=v1 is gone/,
    ],
    [
      'the object was deleted between two calls',
      { error: { name: 'NoSuchKey', message: 'The specified key does not exist.' } },
      'RevisionUnavailable',
      /is gone/,
    ],
    [
      'there is no such bucket',
      { error: { name: 'NoSuchBucket', message: 'x' } },
      'RevisionUnavailable',
      /S3 knows no bucket artifacts\. Correct the bucket\.$/,
    ],
    [
      'HeadObject is refused too',
      { step: 'HeadObject', head: undefined, key: undefined, error: { name: 'Forbidden', message: 'UnknownError' } },
      'PermissionError',
      /refused even the head.*s3:GetObjectVersion.*Deny/,
    ],
    [
      'the key is disabled',
      { key: { manager: 'CUSTOMER', state: 'Disabled' } },
      'PermissionError',
      /key\/real is disabled\. Enable it/,
    ],
    [
      "KMS reports that the key is disabled, and Gantry is not allowed to read the key's state",
      { key: 'unknown', error: { name: 'KMS.DisabledException', message: `${keyArn} is disabled.` } },
      'PermissionError',
      /is disabled\. Enable it/,
    ],
    [
      'the key is pending deletion',
      { key: { manager: 'CUSTOMER', state: 'PendingDeletion' } },
      'PermissionError',
      /cancel-key-deletion/,
    ],
    [
      'the pipeline declares no key',
      { key: managed, declared: undefined },
      'PermissionError',
      /the pipeline declares no encryptionKey.*artifactStore/,
    ],
    [
      'CodeBuild wrote with aws/s3',
      { key: managed },
      'PermissionError',
      /although the pipeline declares arn:aws:kms:eu-west-1:111111111111:key\/declared.*CodeBuild project/,
    ],
    [
      'aws/s3 is used in another organization, so AWS gives no reason',
      { key: managed, error: { name: 'AccessDenied', message: 'Access Denied' } },
      'PermissionError',
      /aws\/s3/,
    ],
    [
      'our role lacks kms:Decrypt',
      { error: decrypt('no identity-based policy allows the kms:Decrypt action') },
      'PermissionError',
      /^The role of Read Images may not decrypt with .*key\/real\. Allow it kms:Decrypt/,
    ],
    [
      "the key's policy does not name our role",
      {},
      'PermissionError',
      /^The policy of the key .*key\/real does not let/,
    ],
    [
      "the key's policy does not allow it, in AWS's newer wording",
      {
        error: denied(
          `kms:Decrypt on resource: "${keyArn}" because no resource-based policy allows the kms:Decrypt action`,
        ),
      },
      'PermissionError',
      /^The policy of the key/,
    ],
    [
      "the key's policy does not allow it, in AWS's older wording",
      {
        error: {
          name: 'AccessDenied',
          message:
            'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
        },
      },
      'PermissionError',
      /^The policy of the key/,
    ],
    [
      "a Deny statement of the key's policy applies",
      { error: decrypt('an explicit deny in a resource-based policy denies it') },
      'PermissionError',
      /^A Deny statement denies the use of the key/,
    ],
    [
      'the pipeline names the key by an alias',
      { declared: 'alias/artifacts' },
      'PermissionError',
      /names its key by the alias alias\/artifacts.*put the key's ARN/,
    ],
    [
      'our role lacks s3:GetObject',
      {
        error: denied(
          's3:GetObject on resource: "arn:aws:s3:::artifacts/shop/Built/1" because no identity-based policy allows the s3:GetObject action',
        ),
      },
      'PermissionError',
      /^The role of Read Images may not read s3:/,
    ],
    [
      "the bucket's policy denies access",
      {
        error: denied(
          's3:GetObject on resource: "arn:aws:s3:::artifacts/shop/Built/1" with an explicit deny in a resource-based policy',
        ),
      },
      'PermissionError',
      /^S3 refused .*explicit deny.*policy of the bucket artifacts/,
    ],
    [
      'the bucket denies access to an object under aws/s3, so the key is not the cause',
      { key: managed, error: denied('s3:GetObject on resource: x with an explicit deny in a resource-based policy') },
      'PermissionError',
      /^S3 refused/,
    ],
  ])('names the missing permission if %s', (_what, given, name, sentence) => {
    const failure = explainRefusedRead(facts(given));
    expect(failure.name).toBe(name);
    expect(failure.message).toMatch(sentence);
  });
});
