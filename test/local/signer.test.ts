import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';
import { SecretSigner } from '../../local/lambda/signer.ts';
import { createTransport, functionAccessKey } from '../../local/lambda/transport.ts';
import { sts } from '../../local/sts.ts';
import { buildAccountId, region, startCloud, testAccountId } from '../start.ts';

const { cloud } = await startCloud(sts);
const caller = cloud.iam.session(`arn:aws:iam::${buildAccountId}:role/function`, 'run');
const session = cloud.iam.session(`arn:aws:iam::${testAccountId}:role/target`, 'run');
const { NodeHttpHandler } = createTransport(() => ({ cloud, trace: 'Root=1', caller, timedOut: false }));
const { accessKeyId, secretAccessKey, sessionToken = '' } = cloud.iam.issueCredentials(session, 3600);
const issued = { accessKeyId, secretAccessKey, sessionToken };

/** Asks STS who the caller with these credentials is; returns the ARN, or the name of the error. */
async function askIdentity(credentials: typeof issued, signer?: SecretSigner): Promise<string | undefined> {
  const more = signer === undefined ? {} : { signer };
  const client = new STSClient({
    ...more,
    region,
    credentials,
    endpoint: 'http://127.0.0.1:1',
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler() as never,
  });
  try {
    return (await client.send(new GetCallerIdentityCommand({}))).Arn;
  } catch (error) {
    return (error as Error).name;
  }
}

it.each([
  ['the issued keys', issued, session.arn],
  ['another secret', { ...issued, secretAccessKey: 'guessed' }, 'SignatureDoesNotMatch'],
  ['another session token', { ...issued, sessionToken: 'guessed' }, 'InvalidClientTokenId'],
  ['an unknown access key', { ...issued, accessKeyId: 'ASIAUNKNOWN' }, 'InvalidClientTokenId'],
  ["the function's own key", { ...issued, accessKeyId: functionAccessKey }, caller.arn],
])('a function in this process that signs with %s is accepted or refused as in AWS', async (_, keys, expected) => {
  expect(await askIdentity(keys, new SecretSigner({ credentials: async () => keys, region, service: 'sts' }))).toBe(
    expected,
  );
});

it('a request that another signer has signed is refused, so that no caller is accepted without a check', async () => {
  expect(await askIdentity(issued)).toBe('SignatureDoesNotMatch');
});
