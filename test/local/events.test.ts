import {
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AwsError } from '../../local/aws-error.ts';
import type { AwsService } from '../../local/cloud.ts';
import { defineOperation } from '../../local/define-operation.ts';
import { events, getDeadLetters } from '../../local/events.ts';
import { buildAccountId, region, startCloud, testAccountId } from '../start.ts';
import { allowPolicy, giveRole } from './pipeline.ts';

interface Invoked {
  name: string;
  principal: string;
  sourceArn: unknown;
  payload: unknown;
  at: number;
}

const invoked: Invoked[] = [];
const broken = new Map<string, AwsError>();

/** A Lambda service that records what it is invoked with, and fails when a test requests it. */
const lambda = (): AwsService => ({
  name: 'lambda',
  protocol: 'rest-json',
  operations: {
    Invoke: defineOperation(
      z.strictObject({ FunctionName: z.string(), InvocationType: z.literal('Event'), Payload: z.instanceof(Buffer) }),
      (input, { caller, cloud }) => {
        const name = input.FunctionName.split(':').at(-1)!;
        const payload = JSON.parse(input.Payload.toString());
        const sourceArn = caller.context?.['aws:SourceArn'];
        invoked.push({ name, principal: caller.arn, sourceArn, payload, at: cloud.clock.now() });
        const failure = broken.get(name);
        if (failure !== undefined) throw failure;
        return { StatusCode: 202 };
      },
    ),
  },
});

const started: unknown[] = [];

const states = (): AwsService => ({
  name: 'states',
  protocol: 'json',
  operations: {
    StartExecution: defineOperation(
      z.strictObject({ stateMachineArn: z.string(), input: z.string() }),
      async ({ stateMachineArn, input }, { allow }) => {
        await allow('states:StartExecution', stateMachineArn);
        started.push(JSON.parse(input));
        return { executionArn: 'arn', startDate: new Date(0) };
      },
    ),
  },
});

const aws = await startCloud(lambda, states, events);
const { cloud, clock } = aws;
const buildBus = new EventBridgeClient(aws.as(buildAccountId));
const testBus = new EventBridgeClient(aws.as(testAccountId));
const functionArn = (name: string) => `arn:aws:lambda:${region}:${buildAccountId}:function:${name}`;
const busArn = `arn:aws:events:${region}:${buildAccountId}:event-bus/default`;
const sender = `arn:aws:iam::${testAccountId}:role/forward`;
const starter = `arn:aws:iam::${buildAccountId}:role/start`;
const machine = `arn:aws:states:${region}:${buildAccountId}:stateMachine:rollback`;

async function rule(client: EventBridgeClient, name: string, pattern: object, ...targets: Target[]) {
  await client.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify(pattern) }));
  await client.send(new PutTargetsCommand({ Rule: name, Targets: targets }));
}

const publish = (source: string, account = buildAccountId, detail: Record<string, unknown> = { state: 'STARTED' }) =>
  cloud.publish({ 'detail-type': 'Change', source, account, region, resources: ['arn:r'], detail });

/** Lets this much simulated time pass. */
async function pass(ms: number) {
  const end = clock.now() + ms;
  clock.after(ms, () => {});
  await clock.advanceUntil(() => clock.now() >= end);
}

const calls = (name: string) => invoked.filter((one) => one.name === name);

beforeEach(() => {
  invoked.length = 0;
  started.length = 0;
  getDeadLetters(cloud).length = 0;
});

describe('a rule', () => {
  it("invokes its function with a matching event, as events.amazonaws.com with the rule's ARN", async () => {
    await rule(buildBus, 'wake', { source: ['s.wake'] }, { Id: '1', Arn: functionArn('wake') });
    publish('s.wake');
    publish('s.other');
    await clock.advanceUntil(() => calls('wake').length > 0);
    expect(calls('wake')).toMatchObject([
      {
        principal: 'events.amazonaws.com',
        sourceArn: `arn:aws:events:${region}:${buildAccountId}:rule/wake`,
        payload: { version: '0', source: 's.wake', account: buildAccountId, detail: { state: 'STARTED' } },
      },
    ]);
  });

  it.each<[string, Partial<Target>, unknown]>([
    ['Input', { Input: '{"fixed":1}' }, { fixed: 1 }],
    ['InputPath', { InputPath: '$.detail.list[1]' }, 'b'],
    [
      'InputTransformer',
      {
        InputTransformer: {
          InputPathsMap: { state: '$.detail.state', all: '$.detail' },
          InputTemplate: '{"text":"it <state>","value":<state>,"all":<all>}',
        },
      },
      { text: 'it "on"', value: '"on"', all: { state: '"on"', list: ['a', 'b'] } },
    ],
  ])('sends its target what %s says', async (name, more, expected) => {
    await rule(buildBus, name, { source: [`s.${name}`] }, { Id: '1', Arn: functionArn(name), ...more });
    publish(`s.${name}`, buildAccountId, { state: '"on"', list: ['a', 'b'] });
    await clock.advanceUntil(() => calls(name).length > 0);
    expect(calls(name)[0]!.payload).toEqual(expected);
  });

  it('starts a state machine with its role', async () => {
    giveRole(cloud, starter, allowPolicy('states:StartExecution'));
    await rule(buildBus, 'machine', { source: ['s.machine'] }, { Id: '1', Arn: machine, RoleArn: starter });
    publish('s.machine');
    await clock.advanceUntil(() => started.length > 0);
    expect(started).toMatchObject([{ source: 's.machine' }]);
  });

  it('that is disabled, or whose target was removed, does nothing', async () => {
    const pattern = { source: ['s.off'] };
    await rule(buildBus, 'off', pattern, { Id: '1', Arn: functionArn('off') });
    const off = { Name: 'off', EventPattern: JSON.stringify(pattern), State: 'DISABLED' as const };
    await buildBus.send(new PutRuleCommand(off));
    await rule(buildBus, 'removed', pattern, { Id: '1', Arn: functionArn('removed') });
    await buildBus.send(new RemoveTargetsCommand({ Rule: 'removed', Ids: ['1'] }));
    publish('s.off');
    await pass(1000);
    expect(invoked).toEqual([]);
  });

  it('is described and listed with its targets, and deleted only without them', async () => {
    await rule(buildBus, 'shown', { source: ['s.shown'] }, { Id: 'a', Arn: functionArn('shown') });
    expect(await buildBus.send(new DescribeRuleCommand({ Name: 'shown' }))).toMatchObject({
      State: 'ENABLED',
      EventPattern: '{"source":["s.shown"]}',
    });
    expect((await buildBus.send(new ListRulesCommand({ NamePrefix: 'show' }))).Rules).toHaveLength(1);
    const { Targets } = await buildBus.send(new ListTargetsByRuleCommand({ Rule: 'shown' }));
    expect(Targets).toEqual([{ Id: 'a', Arn: functionArn('shown') }]);
    await expect(buildBus.send(new DeleteRuleCommand({ Name: 'shown' }))).rejects.toThrow(/has targets/);
    await buildBus.send(new RemoveTargetsCommand({ Rule: 'shown', Ids: ['a'] }));
    await buildBus.send(new DeleteRuleCommand({ Name: 'shown' }));
    await expect(buildBus.send(new DescribeRuleCommand({ Name: 'shown' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it.each([['rate(1 minutes)'], ['rate(0 minutes)'], ['every minute'], ['rate(2 minute)']])(
    'is refused with the schedule %s',
    async (ScheduleExpression) => {
      await expect(buildBus.send(new PutRuleCommand({ Name: 'bad', ScheduleExpression }))).rejects.toMatchObject({
        name: 'ValidationException',
      });
    },
  );

  it('with rate(1 minute) fires once a minute until it is deleted', async () => {
    await buildBus.send(new PutRuleCommand({ Name: 'tick', ScheduleExpression: 'rate(1 minute)' }));
    await buildBus.send(new PutTargetsCommand({ Rule: 'tick', Targets: [{ Id: '1', Arn: functionArn('tick') }] }));
    const began = clock.now();
    await clock.advanceUntil(() => calls('tick').length === 3);
    expect(calls('tick').map(({ at }) => at - began)).toEqual([60_000, 120_000, 180_000]);
    expect(calls('tick')[0]!.payload).toMatchObject({
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: buildAccountId,
      resources: [`arn:aws:events:${region}:${buildAccountId}:rule/tick`],
      detail: {},
    });
    await buildBus.send(new RemoveTargetsCommand({ Rule: 'tick', Ids: ['1'] }));
    await buildBus.send(new DeleteRuleCommand({ Name: 'tick' }));
    await pass(300_000);
    expect(calls('tick')).toHaveLength(3);
  });
});

describe('a failed delivery', () => {
  it('is retried until its target accepts it', async () => {
    await rule(buildBus, 'late', { source: ['s.late'] }, { Id: '1', Arn: functionArn('late') });
    broken.set('late', new AwsError('ServiceException', 'not now', 500));
    publish('s.late');
    await clock.advanceUntil(() => calls('late').length === 3);
    broken.delete('late');
    await clock.advanceUntil(() => calls('late').length === 4);
    await pass(86_400_000);
    expect(calls('late')).toHaveLength(4);
    expect(getDeadLetters(cloud)).toEqual([]);
  });

  it('goes to the dead-letter queue when its retries are used up', async () => {
    const RetryPolicy = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 };
    await rule(buildBus, 'never', { source: ['s.never'] }, { Id: '1', Arn: functionArn('never'), RetryPolicy });
    broken.set('never', new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429));
    publish('s.never');
    await clock.advanceUntil(() => getDeadLetters(cloud).length > 0);
    expect(calls('never')).toHaveLength(3);
    expect(getDeadLetters(cloud)).toMatchObject([
      {
        targetArn: functionArn('never'),
        errorCode: 'TooManyRequestsException',
        attempts: 3,
        event: { source: 's.never' },
      },
    ]);
  });

  it('goes to the dead-letter queue if the event is too old', async () => {
    const RetryPolicy = { MaximumEventAgeInSeconds: 60 };
    await rule(buildBus, 'old', { source: ['s.old'] }, { Id: '1', Arn: functionArn('old'), RetryPolicy });
    broken.set('old', new AwsError('ServiceException', 'not now', 500));
    const began = clock.now();
    publish('s.old');
    await clock.advanceUntil(() => getDeadLetters(cloud).length > 0);
    expect(clock.now() - began).toBeLessThanOrEqual(60_000);
    expect(calls('old').length).toBeGreaterThan(3);
  });

  it('goes to the dead-letter queue at once if the target does not exist or denies access', async () => {
    await rule(buildBus, 'gone', { source: ['s.gone'] }, { Id: '1', Arn: functionArn('gone') });
    broken.set('gone', new AwsError('ResourceNotFoundException', 'Function not found', 404));
    publish('s.gone');
    await clock.advanceUntil(() => getDeadLetters(cloud).length > 0);
    expect(calls('gone')).toHaveLength(1);
  });
});

describe('an event for another account', () => {
  const forward = { Id: '1', Arn: busArn, RoleArn: sender };

  const admitTestAccount = () =>
    buildBus.send(
      new PutPermissionCommand({ Action: 'events:PutEvents', Principal: testAccountId, StatementId: 'Test' }),
    );

  it('is not taken by a bus that no longer has a policy', async () => {
    giveRole(cloud, sender, allowPolicy('events:PutEvents'));
    await admitTestAccount();
    await rule(testBus, 'forward', { source: ['s.forward'] }, forward);
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await buildBus.send(new PutPermissionCommand({ Policy }));
    await rule(buildBus, 'arrive', { source: ['s.forward'] }, { Id: '1', Arn: functionArn('arrive') });
    publish('s.forward', testAccountId);
    await clock.advanceUntil(() => getDeadLetters(cloud).length > 0);
    expect(getDeadLetters(cloud)).toMatchObject([{ targetArn: busArn, errorCode: 'AccessDeniedException' }]);
    expect(calls('arrive')).toEqual([]);
  });

  it('arrives with its own account where the policy allows the sender', async () => {
    await admitTestAccount();
    expect((await buildBus.send(new DescribeEventBusCommand({}))).Policy).toContain(
      `arn:aws:iam::${testAccountId}:root`,
    );
    publish('s.forward', testAccountId);
    await clock.advanceUntil(() => calls('arrive').length > 0);
    expect(calls('arrive')).toMatchObject([{ payload: { account: testAccountId, source: 's.forward' } }]);
  });

  it('is not forwarded beyond that account', async () => {
    const third = `arn:aws:events:${region}:333333333333:event-bus/default`;
    const thirdBus = new EventBridgeClient(aws.as('333333333333'));
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: third }];
    const policy = (statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
    await thirdBus.send(new PutPermissionCommand({ Policy: policy(Statement) }));
    giveRole(cloud, starter, allowPolicy('events:PutEvents'));
    await rule(buildBus, 'onward', { source: ['s.forward'] }, { Id: '1', Arn: third, RoleArn: starter });
    await thirdBus.send(new PutPermissionCommand({ Policy: policy([]) }));
    publish('s.forward', testAccountId);
    await clock.advanceUntil(() => calls('arrive').length > 0);
    publish('s.forward', buildAccountId);
    await clock.advanceUntil(() => getDeadLetters(cloud).length > 0);
    expect(getDeadLetters(cloud).map(({ event }) => event.account)).toEqual([buildAccountId]);
  });

  it('needs a role on its target', async () => {
    await testBus.send(new PutRuleCommand({ Name: 'bare', EventPattern: '{"source":["x"]}' }));
    const Targets = [{ Id: '1', Arn: busArn }];
    await expect(testBus.send(new PutTargetsCommand({ Rule: 'bare', Targets }))).rejects.toThrow(/RoleArn is required/);
  });
});

describe('PutEvents', () => {
  it('checks each entry separately and passes the valid ones to the rules', async () => {
    await rule(buildBus, 'own', { source: ['acme.shop'] }, { Id: '1', Arn: functionArn('own') });
    const entry = { DetailType: 'Sold', Detail: '{"n":1}' };
    const { Entries, FailedEntryCount } = await buildBus.send(
      new PutEventsCommand({
        Entries: [
          { ...entry, Source: 'acme.shop' },
          { ...entry, Source: 'aws.ecs' },
          { ...entry, Source: 'acme.shop', Detail: 'no JSON' },
        ],
      }),
    );
    expect(FailedEntryCount).toBe(2);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'NotAuthorizedForSource',
      'MalformedDetail',
    ]);
    await clock.advanceUntil(() => calls('own').length > 0);
    expect(calls('own')).toMatchObject([
      { payload: { id: Entries![0]!.EventId, detail: { n: 1 }, account: buildAccountId } },
    ]);
  });
});
