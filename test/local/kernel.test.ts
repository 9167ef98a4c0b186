import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { HeadObjectCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AwsError } from '../../local/aws-error.ts';
import type { AwsService } from '../../local/cloud.ts';
import { defineOperation } from '../../local/define-operation.ts';
import { buildAccountId, startCloud } from '../start.ts';
import { catchError } from './bucket.ts';

const when = new Date('2026-11-23T09:00:00.250Z');
const refuse = () => {
  throw new AwsError('NoSuchThing', 'There is no such <thing> & never was.', 404);
};

const kms = (): AwsService => ({
  name: 'kms',
  protocol: 'json',
  operations: {
    DescribeKey: defineOperation(z.strictObject({ KeyId: z.string().max(2048) }), ({ KeyId }) => {
      if (KeyId === 'none') refuse();
      if (KeyId === 'broken') throw new Error('a broken part');
      return { KeyMetadata: { KeyId, CreationDate: when } };
    }),
  },
});
const sts = (): AwsService => ({
  name: 'sts',
  protocol: 'query',
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations: { GetCallerIdentity: defineOperation(z.strictObject({}), refuse) },
});
const s3 = (): AwsService => ({
  name: 's3',
  protocol: 'rest-xml',
  operations: { HeadObject: defineOperation(z.unknown(), refuse), ListBuckets: defineOperation(z.unknown(), refuse) },
  route: ({ method }) => ({ operation: method === 'HEAD' ? 'HeadObject' : 'ListBuckets', input: {} }),
});
const lambda = (): AwsService => ({
  name: 'lambda',
  protocol: 'rest-json',
  operations: { Invoke: defineOperation(z.unknown(), refuse) },
  route: () => ({ operation: 'Invoke', input: {} }),
});

const { cloud, as, modelDifferences } = await startCloud(kms, sts, s3, lambda);
// The file replaces operations by its own. Their answers are not AWS's.
afterAll(() => modelDifferences.clear());
const admin = as(buildAccountId);

describe('every protocol answers in the form that its client reads:', () => {
  it('AWS JSON returns dates', async () => {
    const { KeyMetadata } = await new KMSClient(admin).send(new DescribeKeyCommand({ KeyId: 'k' }));
    expect(KeyMetadata?.CreationDate).toEqual(when);
  });

  it.each([
    ['AWS JSON', () => new KMSClient(admin).send(new DescribeKeyCommand({ KeyId: 'none' })), 'NoSuchThing'],
    ['query', () => new STSClient(admin).send(new GetCallerIdentityCommand({})), 'NoSuchThing'],
    [
      'REST XML',
      () => new S3Client({ ...admin, forcePathStyle: true }).send(new ListBucketsCommand({})),
      'NoSuchThing',
    ],
    ['REST JSON', () => new LambdaClient(admin).send(new InvokeCommand({ FunctionName: 'f' })), 'NoSuchThing'],
  ])('%s returns an error with its code and text', async (_, send, name) => {
    expect(await catchError(send())).toMatchObject({
      name,
      message: 'There is no such <thing> & never was.',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('a HEAD answer of S3 has no body', async () => {
    const s3 = new S3Client({ ...admin, forcePathStyle: true });
    expect(await catchError(s3.send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' })))).toMatchObject({
      name: 'NotFound',
    });
  });
});

describe('a request that is not covered is refused by name:', () => {
  it.each([
    ['a service', () => new CloudWatchClient(admin).send(new DescribeAlarmsCommand({})), 'the service monitoring.'],
    [
      'a parameter',
      () => new KMSClient(admin).send(new DescribeKeyCommand({ KeyId: 'k', GrantTokens: ['t'] })),
      'the parameter GrantTokens of kms DescribeKey.',
    ],
  ])('%s', async (_, send, text) => {
    expect(await catchError(send())).toMatchObject({
      name: 'NotCovered',
      message: `The embedded AWS does not cover ${text}`,
      $metadata: { httpStatusCode: 501 },
    });
  });
});

describe('an invalid request is refused', () => {
  const describeKey = (KeyId: string) => catchError(new KMSClient(admin).send(new DescribeKeyCommand({ KeyId })));

  it('for a parameter that breaks its rule, with the rule', async () => {
    expect(await describeKey('x'.repeat(2049))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^Value at 'KeyId' failed to satisfy constraint: .*2048/),
    });
  });

  it('by each service, for a parameter that one service passes to another', async () => {
    const caller = { account: buildAccountId, arn: `arn:aws:iam::${buildAccountId}:user/admin` };
    const called = cloud.invoke('kms', 'DescribeKey', { KeyId: 'k', Extra: 1 }, { caller, region: 'eu-west-1' });
    expect(await catchError(called)).toMatchObject({
      message: expect.stringContaining('parameter Extra of kms DescribeKey'),
    });
  });

  it('but a bug of the emulator is not an answer of AWS', async () => {
    expect(await describeKey('broken')).toMatchObject({
      name: 'InternalFailure',
      message: 'a broken part',
      $metadata: { httpStatusCode: 500 },
    });
  });
});
