import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ContinueServiceDeploymentCommand, StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import type { HookAction } from '../../core/model/hook-answer.ts';
import { selectAnswers } from '../../local/assumptions/answers.ts';
import { AwsError } from '../../local/aws-error.ts';
import { dynamodb } from '../../local/dynamodb.ts';
import { withStrategies } from '../local/native-service.ts';
import { buildAccountId } from '../start.ts';
import { createTable } from './ledger-table.ts';
import { createRolloutAccount, target as role } from './rollout-account.ts';

const account = await createRolloutAccount();
const { as, client, clock, cloud, may, pass, release } = account;
const { deploy, reach } = withStrategies(account);
cloud.services.set('dynamodb', dynamodb(cloud));
await createTable(DynamoDBDocumentClient.from(new DynamoDBClient(as(buildAccountId))));
const { answerHook } = await import('../../aws/answer-hook.ts');
const { listHookAnswers } = await import('../../aws/hook-answers.ts');

const logger = new Logger();
const readTime = () => new Date(clock.now());
const wait = async () => undefined;
afterEach(() => {
  delete cloud.faultHooks;
  cloud.answers = selectAnswers();
  may('*');
});

let services = 0;
const minute = 60;

/** A service whose deployment waits for a person before its tasks start. `hooks`: the number of waiting hooks. */
async function createWaiting(hooks = 1, timeoutInMinutes = 60) {
  const service = `waiting-${++services}`;
  const target = { ...role, name: `test/${service}`, service };
  const pause = { targetType: 'PAUSE' as const, lifecycleStages: ['PRE_SCALE_UP' as const] };
  const timeoutConfiguration = { timeoutInMinutes, action: 'ROLLBACK' as const };
  const lifecycleHooks = Array.from({ length: hooks }, () => ({ ...pause, timeoutConfiguration }));
  await deploy(service, { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5, lifecycleHooks });
  await reach(service, 'PRE_SCALE_UP');
  const read = async () => {
    const { lifecycleHookDetails = [], ...current } = await release(service);
    return { ...current, hooks: lifecycleHookDetails.map(({ hookId = '', status = '' }) => ({ hookId, status })) };
  };
  const { serviceDeploymentArn = '', hooks: waiting } = await read();
  const { hookId = '' } = waiting[0]!;
  const ask = (by: string, more: { execution?: string; action?: HookAction; hookId?: string | undefined } = {}) =>
    answerHook(
      { target, serviceDeploymentArn, hookId, action: 'CONTINUE', by, reason: 'seen', execution: `${by}:1`, ...more },
      { now: readTime(), readTime, wait, logger },
    );
  const outside = (action: HookAction = 'CONTINUE') =>
    client.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId, action }));
  return { target, serviceDeploymentArn, hookId, read, ask, outside };
}

type Waiting = Awaited<ReturnType<typeof createWaiting>>;
type Report = Awaited<ReturnType<Waiting['ask']>>;

/** Changes the effect of the next call of an operation. */
function atNext(operation: string, act: (proceed: () => Promise<unknown>) => Promise<unknown>): void {
  let left = 1;
  cloud.faultHooks = {
    event: (_, proceed) => proceed(),
    run: (_, proceed) => proceed(),
    call: (asked, proceed) => (asked.operation === operation && left-- > 0 ? act(proceed) : proceed()),
  };
}
const unavailable = () => new AwsError('ServerException', 'Service Unavailable', 503);
const loseAnswer = () =>
  atNext('ContinueServiceDeployment', async (proceed) => {
    await proceed();
    throw unavailable();
  });
const loseRequest = () =>
  atNext('ContinueServiceDeployment', async () => {
    throw unavailable();
  });
const inFront = (act: () => Promise<unknown>) =>
  atNext('ContinueServiceDeployment', async (proceed) => {
    await act();
    return proceed();
  });
const failing = (asked: Promise<Report>): Promise<string> =>
  asked.then(
    ({ message }) => `no error: ${message}`,
    ({ name }: Error) => name,
  );

/** Each row: the events in their order. `answered`: whether the person's hook was continued, was rolled back, or still waits. */
const orders: [what: string, play: (one: Waiting) => Promise<Report>, type: string, says: RegExp, hook: string][] = [
  [
    'alone',
    ({ ask }) => ask('alice'),
    'Succeeded',
    /^ECS accepted CONTINUE for the deployment \w+ of test\/waiting-\d+ at the hook ecs-pause-\w+: it goes on\./,
    'SUCCEEDED',
  ],
  [
    'with ROLLBACK',
    ({ ask }) => ask('alice', { action: 'ROLLBACK' }),
    'Succeeded',
    /^ECS accepted ROLLBACK .* No release of Gantry waits/,
    'FAILED',
  ],
  [
    'again in the same execution, after the answer of ECS was lost',
    async ({ ask }) => {
      loseAnswer();
      expect(await failing(ask('alice'))).toBe('ServerException');
      return ask('alice');
    },
    'Succeeded',
    /was lost, so most likely this request/,
    'SUCCEEDED',
  ],
  [
    'again by the same person, after the answer of ECS was lost',
    async ({ ask }) => {
      loseAnswer();
      await failing(ask('alice'));
      return ask('alice', { execution: 'alice:2' });
    },
    'Succeeded',
    /was lost, so most likely this request/,
    'SUCCEEDED',
  ],
  [
    'again by the same person, who knows no hook any more',
    async ({ ask }) => {
      await ask('alice');
      return ask('alice', { execution: 'alice:2', hookId: undefined });
    },
    'Succeeded',
    /^There was nothing to do: alice continued/,
    'SUCCEEDED',
  ],
  [
    'by another person, after the answer of ECS was lost',
    async ({ ask }) => {
      loseAnswer();
      await failing(ask('alice'));
      return ask('bob');
    },
    'ConfigurationError',
    /^Somebody was faster: alice continued/,
    'SUCCEEDED',
  ],
  [
    'again in the same execution, after the request did not reach ECS',
    async ({ ask }) => {
      loseRequest();
      await failing(ask('alice'));
      return ask('alice');
    },
    'Succeeded',
    /^ECS accepted CONTINUE/,
    'SUCCEEDED',
  ],
  [
    'by another person, while nobody knows whether the first request reached ECS',
    async ({ ask }) => {
      loseRequest();
      await failing(ask('alice'));
      return ask('bob');
    },
    'ConfigurationError',
    /^alice sent CONTINUE .* not known yet/,
    'AWAITING_ACTION',
  ],
  [
    'by another person, five minutes after a request that did not reach ECS',
    async ({ ask }) => {
      loseRequest();
      await failing(ask('alice'));
      await pass(5 * minute);
      return ask('bob', { action: 'ROLLBACK' });
    },
    'Succeeded',
    /^ECS accepted ROLLBACK/,
    'FAILED',
  ],
  [
    'after another person with Gantry',
    async ({ ask }) => {
      await ask('bob', { action: 'ROLLBACK' });
      return ask('alice');
    },
    'ConfigurationError',
    /^Somebody was faster: bob rolled back/,
    'FAILED',
  ],
  [
    'after somebody without Gantry',
    async ({ ask, outside }) => {
      await outside();
      return ask('alice');
    },
    'ConfigurationError',
    /somebody continued it, and not with Gantry/,
    'SUCCEEDED',
  ],
  [
    'while somebody answers without Gantry',
    ({ ask, outside }) => {
      inFront(() => outside('ROLLBACK'));
      return ask('alice');
    },
    'ConfigurationError',
    /rolled the deployment back at it, and not with Gantry.*ECS refused the answer CONTINUE/,
    'FAILED',
  ],
  [
    'while somebody stops the deployment',
    ({ ask, serviceDeploymentArn }) => {
      inFront(() => client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' })));
      return ask('alice');
    },
    'ConfigurationError',
    /Nothing waits for a person: the deployment \w+ is (STOP_REQUESTED|ROLLBACK_\w+)/,
    'AWAITING_ACTION',
  ],
  [
    'after the time of the hook is over',
    async ({ ask }) => {
      await pass(61 * minute);
      return ask('alice');
    },
    'ConfigurationError',
    /^Nobody answered the hook/,
    'TIMED_OUT',
  ],
  [
    'with a hook that does not exist',
    ({ ask }) => ask('alice', { hookId: 'ecs-pause-none' }),
    'ConfigurationError',
    /^The hook ecs-pause-none does not wait.* Now the/,
    'AWAITING_ACTION',
  ],
  [
    'without the table',
    async ({ ask }) => {
      const table = cloud.services.get('dynamodb')!;
      cloud.services.delete('dynamodb');
      return ask('alice').finally(() => cloud.services.set('dynamodb', table));
    },
    'Succeeded',
    /^ECS accepted CONTINUE/,
    'SUCCEEDED',
  ],
];

describe('A person answers a pause hook', () => {
  it.each(orders)('%s', async (_, play, type, says, hook) => {
    const waiting = await createWaiting();
    const report = await play(waiting);
    expect(report).toEqual({ type, message: expect.stringMatching(says) });
    expect((await waiting.read()).hooks[0]?.status).toBe(hook);
  });

  it.each([
    ['continue-refused', 'client'],
    ['continue-refused', 'none'],
    ['hook-details', 'active'],
  ])('if ECS behaves as %s = %s, too, only the first of many people is told to have answered', async (id, answer) => {
    cloud.answers = selectAnswers({ id, answer });
    const { ask, target } = await createWaiting();
    const people = ['alice', 'bob', 'carol', 'dave'];
    const reports = await Promise.all(people.map((by) => ask(by)));
    expect(reports.filter(({ type }) => type === 'Succeeded')).toHaveLength(1);
    expect(reports.filter(({ type }) => type === 'ConfigurationError')).toHaveLength(3);
    const winner = people[reports.findIndex(({ type }) => type === 'Succeeded')];
    expect(await listHookAnswers(target)).toMatchObject([{ by: winner, reason: 'seen', status: 'accepted' }]);
    expect((await ask('eve')).message).toMatch(`Somebody was faster: ${winner} continued`);
  });

  it('while somebody rolls back without Gantry, and ECS accepts both answers: the first one counts', async () => {
    cloud.answers = selectAnswers({ id: 'continue-refused', answer: 'none' });
    const { ask, outside } = await createWaiting();
    inFront(() => outside('ROLLBACK'));
    const message = expect.stringMatching(/somebody rolled the deployment back at it, and not with Gantry/);
    expect(await ask('alice')).toEqual({ type: 'ConfigurationError', message });
  });

  it.each(['invalid-parameter', 'none'])(
    'twice at once, as after a double click: neither request is an error, and the record says accepted (%s)',
    async (answer) => {
      cloud.answers = selectAnswers({ id: 'continue-refused', answer });
      const { ask, read, target } = await createWaiting();
      const twice = ['alice:1', 'alice:2', 'alice:3'].map((execution) => ask('alice', { execution }));
      expect((await Promise.all(twice)).map(({ type }) => type)).toEqual(['Succeeded', 'Succeeded', 'Succeeded']);
      expect(await listHookAnswers(target)).toMatchObject([{ by: 'alice', status: 'accepted' }]);
      expect((await read()).hooks[0]?.status).toBe('SUCCEEDED');
    },
  );

  it('twice, one request while ECS has not answered the other: the record says accepted', async () => {
    const { ask, target } = await createWaiting();
    const second: Report[] = [];
    inFront(async () => second.push(await ask('alice', { execution: 'alice:2' })));
    const first = await ask('alice');
    expect([first.type, second[0]?.type]).toEqual(['Succeeded', 'Succeeded']);
    expect(await listHookAnswers(target)).toMatchObject([{ by: 'alice', status: 'accepted' }]);
  });

  it('at one of two hooks, which must be named', async () => {
    const { ask, read } = await createWaiting(2);
    const unnamed = await ask('alice', { hookId: undefined });
    expect(unnamed).toMatchObject({
      type: 'ConfigurationError',
      message: expect.stringMatching(/waits .*, and the lifecycle hook/),
    });
    expect((await ask('alice')).type).toBe('Succeeded');
    expect((await read()).hooks.map(({ status }) => status)).toEqual(['SUCCEEDED', 'AWAITING_ACTION']);
  });

  it('is refused with the permission that the role lacks, which does not keep another person from answering', async () => {
    const { ask } = await createWaiting();
    may('ecs:DescribeServiceDeployments');
    await expect(ask('alice')).rejects.toMatchObject({
      name: 'PermissionError',
      message: expect.stringMatching(/may not answer pause hooks: allow it ecs:ContinueServiceDeployment on arn:/),
    });
    may('ecs:*');
    expect((await ask('bob')).type).toBe('Succeeded');
  });
});
