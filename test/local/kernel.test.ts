import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { HeadObjectCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { cbor, tag } from '@smithy/core/cbor';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { unchunked } from '../../local/aws-chunked.ts';
import { AwsError } from '../../local/aws-error.ts';
import { operation, type Service } from '../../local/service.ts';
import { cborWire } from '../../local/wire-cbor.ts';
import { jsonWire } from '../../local/wire-json.ts';
import { queryWire } from '../../local/wire-query.ts';
import { xml } from '../../local/xml.ts';
import { build, start } from '../start.ts';

const when = new Date('2026-11-23T09:00:00.250Z');
const http = (body: string | Uint8Array, headers: Record<string, string> = {}) => ({
  method: 'POST',
  path: '/service/X/operation/Do',
  query: new URLSearchParams(),
  headers,
  body: Buffer.from(body),
});

const refuse = () => {
  throw new AwsError('NoSuchThing', 'There is no such <thing> & never was.', 404);
};

const kms = (): Service => ({
  name: 'kms',
  protocol: 'json',
  operations: {
    DescribeKey: operation(z.strictObject({ KeyId: z.string().max(2048) }), ({ KeyId }) => {
      if (KeyId === 'none') refuse();
      if (KeyId === 'broken') throw new Error('a broken part');
      return { KeyMetadata: { KeyId, CreationDate: when } };
    }),
  },
});
const sts = (): Service => ({
  name: 'sts',
  protocol: 'query',
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations: { GetCallerIdentity: operation(z.strictObject({}), refuse) },
});
const s3 = (): Service => ({
  name: 's3',
  protocol: 'rest-xml',
  operations: { HeadObject: operation(z.unknown(), refuse), ListBuckets: operation(z.unknown(), refuse) },
  route: ({ method }) => ({ operation: method === 'HEAD' ? 'HeadObject' : 'ListBuckets', input: {} }),
});
const lambda = (): Service => ({
  name: 'lambda',
  protocol: 'rest-json',
  operations: { Invoke: operation(z.unknown(), refuse) },
  route: () => ({ operation: 'Invoke', input: {} }),
});

const { cloud, as, clock } = await start(kms, sts, s3, lambda);
const admin = as(build);
const failure = (going: Promise<unknown>) =>
  going.then(
    () => 'no error',
    (error) => error,
  );

describe('every protocol answers as its client reads it', () => {
  it('AWS JSON brings dates', async () => {
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
  ])('%s brings an error with its code and text', async (_, send, name) => {
    expect(await failure(send())).toMatchObject({
      name,
      message: 'There is no such <thing> & never was.',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('a HEAD answer of S3 has no body', async () => {
    const s3 = new S3Client({ ...admin, forcePathStyle: true });
    expect(await failure(s3.send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' })))).toMatchObject({
      name: 'NotFound',
    });
  });

  it('CBOR carries dates both ways and bytes', () => {
    const wire = cborWire(http(cbor.serialize({ From: tag({ tag: 1, value: 1763888400.25 }), Names: ['a'] })));
    expect(wire.read()).toEqual({ operation: 'Do', input: { From: 1763888400.25, Names: ['a'] } });
    const { body } = wire.render('Do', { At: when, Bytes: Buffer.from('x'), Gone: undefined }, 'id');
    const { At, ...rest } = cbor.deserialize(Buffer.from(body));
    expect(At).toMatchObject({ tag: 1, value: when.getTime() / 1000 });
    expect(rest).toEqual({ Bytes: Buffer.from('x') });
  });

  it('AWS JSON writes bytes as base64, keeps null and omits what is absent', () => {
    const { body } = jsonWire(http('{}')).render('Do', { a: Buffer.from('x'), b: null, c: undefined, d: [when] }, 'id');
    expect(body).toBe('{"a":"eA==","b":null,"d":[1795424400.25]}');
  });

  it('a query form is read with its lists and structures, and written with members', () => {
    const wire = queryWire(
      'urn:x',
      http('Action=Do&Version=1&Name=n&Tags.member.1.Key=k&Tags.member.2.Key=l&Deep.Er=1'),
    );
    expect(wire.read()).toEqual({
      operation: 'Do',
      input: { Name: 'n', Tags: [{ Key: 'k' }, { Key: 'l' }], Deep: { Er: '1' } },
    });
    expect(wire.render('Do', { Items: [{ A: 1 }, { A: 2 }] }, 'id').body).toContain(
      '<DoResult><Items><member><A>1</A></member><member><A>2</A></member></Items></DoResult>',
    );
  });

  it('S3 lists repeat their element', () => {
    expect(xml('Contents', [{ Key: 'a&b' }, { Key: 'c' }])).toBe(
      '<Contents><Key>a&amp;b</Key></Contents><Contents><Key>c</Key></Contents>',
    );
  });

  it('chunks are taken off a streamed body and its trailers become headers', () => {
    const body = '5;chunk-signature=abc\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n';
    const whole = unchunked(http(body, { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' }));
    expect(whole.body.toString()).toBe('hello world');
    expect(whole.headers['x-amz-checksum-crc32']).toBe('AAAA');
  });
});

describe('what is not covered is refused by name', () => {
  it.each([
    ['a service', () => new CloudWatchClient(admin).send(new DescribeAlarmsCommand({})), 'the service monitoring.'],
    [
      'a parameter',
      () => new KMSClient(admin).send(new DescribeKeyCommand({ KeyId: 'k', GrantTokens: ['t'] })),
      'the parameter GrantTokens of kms DescribeKey.',
    ],
  ])('%s', async (_, send, text) => {
    expect(await failure(send())).toMatchObject({
      name: 'NotCovered',
      message: `The embedded AWS does not cover ${text}`,
      $metadata: { httpStatusCode: 501 },
    });
  });
});

describe('what is wrong with a request is said at the right place', () => {
  const describeKey = (KeyId: string) => failure(new KMSClient(admin).send(new DescribeKeyCommand({ KeyId })));

  it('a parameter that breaks its rule, with the rule', async () => {
    expect(await describeKey('x'.repeat(2049))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^Value at 'KeyId' failed to satisfy constraint: .*2048/),
    });
  });

  it('a body that is no JSON', () => {
    const wire = jsonWire(http('{', { 'x-amz-target': 'TrentService.DescribeKey' }));
    expect(() => wire.read()).toThrow(expect.objectContaining({ name: 'SerializationException' }));
  });

  it('a parameter that one service gives another, at the other', async () => {
    const caller = { account: build, arn: `arn:aws:iam::${build}:user/admin` };
    const called = cloud.invoke('kms', 'DescribeKey', { KeyId: 'k', Extra: 1 }, { caller, region: 'eu-west-1' });
    expect(await failure(called)).toMatchObject({
      message: expect.stringContaining('parameter Extra of kms DescribeKey'),
    });
  });

  it('a mistake inside the embedded AWS, as no answer of AWS', async () => {
    expect(await describeKey('broken')).toMatchObject({
      name: 'InternalFailure',
      message: 'a broken part',
      $metadata: { httpStatusCode: 500 },
    });
  });
});

describe('who is calling is what the signature proves', () => {
  const describeKey = (credentials: typeof admin.credentials) =>
    failure(new KMSClient({ ...admin, credentials }).send(new DescribeKeyCommand({ KeyId: 'k' })));

  const strange = { ...admin, credentials: { accessKeyId: 'AKIASTRANGE', secretAccessKey: 's' } };
  it.each([
    ['KMS', () => new KMSClient(strange).send(new DescribeKeyCommand({ KeyId: 'k' })), 'UnrecognizedClientException'],
    ['STS', () => new STSClient(strange).send(new GetCallerIdentityCommand({})), 'InvalidClientTokenId'],
    ['S3', () => new S3Client(strange).send(new ListBucketsCommand({})), 'InvalidAccessKeyId'],
  ])('%s does not know strange keys', async (_, send, name) => {
    expect(await failure(send())).toMatchObject({ name });
  });

  it('a wrong secret makes a wrong signature', async () => {
    const credentials = { ...admin.credentials, secretAccessKey: 'guessed' };
    expect(await describeKey(credentials)).toMatchObject({ name: 'InvalidSignatureException' });
  });

  it('a session whose time is over is told so', async () => {
    const session = cloud.iam.issue({ account: build, arn: `arn:aws:iam::${build}:user/admin` }, 900);
    clock.after(900_000, () => {});
    const { expiration: _, ...credentials } = session;
    const early = clock.now();
    await clock.until(() => clock.now() > early);
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
