import {
  DescribeEventBusCommand,
  EventBridgeClient,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { beforeEach, describe, expect, it } from 'vitest';
import { events } from '../../local/events.ts';
import { buildAccountId as build, region, startCloud, testAccountId as test } from '../start.ts';
import { allowPolicy, giveRole } from './pipeline.ts';

const aws = await startCloud(events);
const elsewhere = 'us-east-1';
const busOf = (account: string, where: string) => `arn:aws:events:${where}:${account}:event-bus/default`;
const receiver = busOf(build, region);
const receiving = new EventBridgeClient(aws.as(build));
const putPolicy = (Statement: object[]) =>
  receiving.send(new PutPermissionCommand({ Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }));
const admit = (principal: unknown, more: object = {}) => ({
  Sid: 'Sender',
  Effect: 'Allow',
  Principal: principal,
  Action: 'events:PutEvents',
  Resource: receiver,
  ...more,
});
const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` });

/** Makes a rule of this account and Region send its events to the build account's bus. */
async function forwardFrom(account: string, where: string): Promise<string> {
  const client = new EventBridgeClient({ ...aws.as(account), region: where });
  const RoleArn = `arn:aws:iam::${account}:role/forward`;
  giveRole(aws.cloud, RoleArn, allowPolicy('events:PutEvents'));
  await client.send(new PutRuleCommand({ Name: 'forward', EventPattern: '{"source":["s"]}' }));
  const put = new PutTargetsCommand({ Rule: 'forward', Targets: [{ Id: '1', Arn: receiver, RoleArn }] });
  return client.send(put).then(
    () => 'accepted',
    (error: Error) => error.name,
  );
}

const refused = 'AccessDeniedException';

describe('PutTargets with the bus of another account or Region', () => {
  it.each([
    ['another account', test, region, [], refused],
    ['another account', test, region, [admit(root('999999999999'))], refused],
    ['another account', test, region, [admit(root(test))], 'accepted'],
    ['another account and Region', test, elsewhere, [], refused],
    ['another account and Region', test, elsewhere, [admit(root(test))], 'accepted'],
    ['another Region of the same account', build, elsewhere, [], refused],
    ['another Region of the same account', build, elsewhere, [admit(root(test))], refused],
    ['another Region of the same account', build, elsewhere, [admit(root(build))], 'accepted'],
    ['the same bus', build, region, [], 'accepted'],
    ['any account of an organization', test, region, [admit('*')], 'accepted'],
    [
      'another account whose rule is named',
      test,
      region,
      [
        admit(root(test), {
          Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:events:${region}:${test}:rule/forward` } },
        }),
      ],
      'accepted',
    ],
    [
      'another account of which another rule is named',
      test,
      region,
      [
        admit(root(test), {
          Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:events:${region}:${test}:rule/another` } },
        }),
      ],
      refused,
    ],
  ])('from %s (%s, %s) under the policy %j is %s', async (_name, account, where, statements, result) => {
    await putPolicy(statements);
    expect(await forwardFrom(account, where)).toBe(result);
  });
});

describe('PutPermission', () => {
  const accounts = Array.from({ length: 10 }, (_, index) => `50000000000${index}`);
  const put = (account: string) => {
    const statement = { Action: 'events:PutEvents', Principal: account, StatementId: `From-${account}` };
    return receiving.send(new PutPermissionCommand(statement));
  };
  const admitted = async (): Promise<string[]> => {
    const { Policy = '{"Statement":[]}' } = await receiving.send(new DescribeEventBusCommand({}));
    return JSON.parse(Policy).Statement.map(({ Sid }: { Sid: string }) => Sid);
  };
  beforeEach(() => putPolicy([]));

  it('keeps every statement if one call follows another', async () => {
    for (const account of accounts) await put(account);
    expect(await admitted()).toEqual(accounts.map((account) => `From-${account}`));
  });

  it('loses statements if calls are parallel, because it reads and writes the whole policy', async () => {
    await Promise.all(accounts.map(put));
    expect((await admitted()).length).toBeLessThan(accounts.length);
  });

  it('replaces the statement that has the same id', async () => {
    for (const account of [accounts[0]!, accounts[0]!]) await put(account);
    expect(await admitted()).toEqual([`From-${accounts[0]}`]);
  });
});
