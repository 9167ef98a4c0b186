import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { selectAnswers } from '../../local/assumptions/answers.ts';
import { sts } from '../../local/sts.ts';
import { buildAccountId, startCloud, testAccountId } from '../start.ts';

const RoleArn = `arn:aws:iam::${testAccountId}:role/test-deployment`;

/** A session policy with this number of characters. */
function createPolicy(length: number): string {
  const policyFor = (name: string) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: name }] });
  return policyFor(`arn:aws:s3:::${'b'.repeat(length - policyFor('arn:aws:s3:::').length)}`);
}

/** For session policies of 800 and of 2,048 characters: the packed size in percent, or the error. */
export async function observePackedPolicySize(answer: string): Promise<unknown[]> {
  const { as, cloud } = await startCloud(sts);
  cloud.answers = selectAnswers({ id: 'packed-policy-size', answer });
  const client = new STSClient(as(buildAccountId));
  const trust = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${buildAccountId}:root` },
    Action: 'sts:AssumeRole',
  };
  cloud.iam.roles.set(RoleArn, { arn: RoleArn, trust: { Version: '2012-10-17', Statement: [trust] }, policies: {} });
  const assume = async (length: number): Promise<unknown> => {
    const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'probe', Policy: createPolicy(length) });
    return client.send(command).then(
      ({ PackedPolicySize }) => PackedPolicySize,
      (error: Error) => error.name,
    );
  };
  return [await assume(800), await assume(2048)];
}
