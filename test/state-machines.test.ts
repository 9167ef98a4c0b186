import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { StateMachine } from 'aws-local-stepfunctions';
import { describe, expect, it } from 'vitest';
import { maxSleepSeconds } from '../core/waiting/subscription.ts';

interface State {
  Type: string;
  Resource?: string;
  Parameters?: unknown;
  TimeoutSeconds?: number;
  TimeoutSecondsPath?: string;
  Retry?: { ErrorEquals: string[]; MaxDelaySeconds: number; JitterStrategy: string }[];
  Catch?: { ErrorEquals: string[]; ResultPath: string; Next: string }[];
  ResultPath?: string;
}

/** The package has no type declarations. */
const validate: (definition: unknown) => { isValid: boolean; errorsText(): string } = createRequire(import.meta.url)(
  'asl-validator',
);

const root = join(import.meta.dirname, '..');
const machines = readdirSync(join(root, 'state-machines'));
/** The machines that do the work. test/entry-machine.test.ts plays the machine that starts them. */
const sharedMachines = machines.filter((file) => !file.startsWith('entry.'));
const read = (file: string): { States: Record<string, State> } =>
  JSON.parse(readFileSync(join(root, 'state-machines', file), 'utf8').replaceAll('${Partition}', 'aws'));
const deploy = read('deploy.asl.json');
const lambda = 'arn:aws:lambda:eu-west-1:111111111111:function:some';
/** The states that invoke a function of Gantry. In the other task states, an execution sleeps. */
const byFunction = ([, { Type, Resource = '' }]: [string, State]) => Type === 'Task' && Resource.startsWith('${');
const tasks = Object.entries(deploy.States).filter(byFunction);
const sleeps = Object.entries(deploy.States).filter((state) => state[1].Type === 'Task' && !byFunction(state));

describe.each(machines)('%s', (file) => {
  it('is valid Amazon States Language', () => {
    const { isValid, errorsText } = validate(read(file));
    expect(isValid ? '' : errorsText()).toBe('');
  });

  it('has the same name for a state, its token and its function, and no two tasks with the same result path', () => {
    const states = Object.entries(read(file).States).filter(byFunction);
    const functions = readdirSync(join(root, 'functions'));
    for (const [name, { Resource }] of states) {
      expect(Resource).toBe(`\${${name.replaceAll(' ', '')}}`);
      expect(functions).toContain(`${name.toLowerCase().replaceAll(' ', '-')}.ts`);
    }
  });
});

describe.each(sharedMachines)('%s', (file) => {
  it.each([
    ['keeps', 'test/web'],
    ['keeps', 12],
    ['keeps', true],
    ['keeps', []],
    ['keeps', [{ target: 'test/web' }]],
    ['keeps', {}],
    ['keeps', { targt: 'test/web' }],
    ['keeps', { job: 'none' }],
    ['keeps', { target: 'test/web' }],
    ['keeps', { target: null }],
  ])('%s %j for its first task, which can refuse any input', async (_, input) => {
    const definition = JSON.parse(JSON.stringify(read(file)).replace(/\$\{\w+\}/g, lambda));
    const seen: unknown[] = [];
    const refuse = (given: unknown) => {
      seen.push(given);
      return Promise.reject(Object.assign(new Error('Mistaken.'), { name: 'ConfigurationError' }));
    };
    const reported = () => Promise.resolve({ type: 'ConfigurationError', message: 'Mistaken.' });
    const handlers = {
      'Read Images': refuse,
      'Decide Rollback': refuse,
      'Continue Deployment': refuse,
      'Run Command': refuse,
      'Report Failure': reported,
    };
    const running = new StateMachine(definition).run(input, {
      overrides: { taskResourceLocalHandlers: handlers },
      context: { Execution: { Id: 'arn:one', StartTime: '2026-11-23T09:00:00.000Z' }, State: { RetryCount: 0 } },
    });
    const ended = await running.result.catch(({ cause }: { cause: Error }) => `${cause.name}, ${cause.message}`);
    expect(ended).toBe('ConfigurationError, Mistaken.');
    expect(seen).toMatchObject([{ input: { given: input } }]);
  });
});

describe('a task of deploy', () => {
  it.each(tasks)('%s gets the execution and all of the data, in limited time', (_, { Parameters, TimeoutSeconds }) => {
    expect(Parameters).toMatchObject({ 'execution.$': '$$.Execution.Id', 'input.$': '$' });
    expect(TimeoutSeconds).toBeLessThanOrEqual(300);
  });

  it.each(tasks.filter(([name]) => /^(Record|Report) /.test(name)))(
    '%s gets the start of the execution',
    (_, state) => {
      expect(state.Parameters).toHaveProperty(['started.$'], '$$.Execution.StartTime');
    },
  );

  it.each(tasks)(
    '%s is retried only for errors that can be temporary, with jitter and a maximum wait',
    (_, { Retry = [] }) => {
      expect(Retry).toHaveLength(1);
      expect(Retry[0]).toMatchObject({ JitterStrategy: 'FULL', BackoffRate: 2, MaxDelaySeconds: expect.any(Number) });
      expect(Retry[0]!.ErrorEquals).toContain('SystemUnavailable');
      expect(Retry[0]!.ErrorEquals.join()).not.toMatch(
        /States\.(ALL|TaskFailed)|PermissionError|JobFailed|Configuration/,
      );
    },
  );

  /** During a rollback an error is reported once, and the rollback continues. */
  const partOfRollback = ['Take Lease', 'Roll Back', 'Watch Rollback'];
  it('Move Schedules leads to a success with a warning if it fails, because the service itself is healthy', () => {
    const caught = { ErrorEquals: ['States.ALL'], ResultPath: '$.schedules', Next: 'Report Success' };
    expect(tasks.find(([name]) => name === 'Move Schedules')?.[1].Catch).toEqual([caught]);
  });

  const failing = tasks.filter(([name]) => !name.startsWith('Report') && name !== 'Move Schedules');
  it.each(failing)('%s leads to a report if it fails', (name, state) => {
    const onError: Record<string, string> = { 'Acknowledge Job': 'Drop Input', 'Watch Rollout': 'Is Result Reported' };
    const Next = partOfRollback.includes(name) ? 'Is Result Reported' : (onError[name] ?? 'Report Failure');
    const caught = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next }];
    const ErrorEquals = state.Retry?.[0]?.ErrorEquals;
    // The machine watches a rollout until its deadline, even while AWS does not answer. It watches a task until the task's time limit.
    const recheck: Record<string, string> = { 'Watch Rollout': 'Is Time Left', 'Run Task': 'Is Task Time Left' };
    const unanswered = { ErrorEquals, ResultPath: '$.unanswered', Next: recheck[name] };
    expect(state.Catch).toEqual(name in recheck ? [unanswered, ...caught] : caught);
  });

  /** The case that CodePipeline does not accept the result: the rollback, or the watch, continues. */
  const afterReport: Record<string, string> = {
    'Report Failure': 'Is Rollback Unfinished',
    'Report Pause': 'Wait Before Recheck',
  };
  it.each(tasks.filter(([name]) => name in afterReport))(
    '%s does not end an unfinished rollback if it fails',
    (name, state) => {
      const caught = { ErrorEquals: ['States.ALL'], ResultPath: '$.undelivered', Next: afterReport[name] };
      expect(state.Catch).toEqual([caught]);
    },
  );

  it.each(tasks.filter(([name]) => name.startsWith('Report') && !(name in afterReport)))(
    '%s fails the execution if it fails',
    (_, state) => {
      expect(state.Catch).toBeUndefined();
    },
  );
});

describe('a sleep of deploy', () => {
  it.each(sleeps.filter(([name]) => name !== 'Wait For Task Event'))(
    '%s writes its task token to the key of the subscription, unless an event was recorded since the last check',
    (_, state) => {
      const [, path = ''] = /"([^"]+)\.subscription\.pk"/.exec(JSON.stringify(state)) ?? [];
      expect(state.TimeoutSeconds ?? maxSleepSeconds).toBe(maxSleepSeconds);
      if (state.TimeoutSeconds === undefined) expect(state.TimeoutSecondsPath).toBe('$.verdict.waitSeconds');
      const looked = { 'S.$': `${path}.subscription.checkedAt` };
      const deployment = { 'S.$': `${path}.subscription.deployment` };
      const rollout = { 'S.$': '$.rollout.deploymentId' };
      expect(state.Resource).toBe('arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken');
      expect(state.Parameters).toMatchObject({
        TableName: '${Table}',
        Key: { pk: { 'S.$': `${path}.subscription.pk` }, sk: { 'S.$': `${path}.subscription.sk` } },
        ExpressionAttributeNames: { '#sleeper.$': '$$.Execution.Id' },
        ExpressionAttributeValues: {
          ':looked': looked,
          ':deployment': deployment,
          ':sleeper': { M: { token: { 'S.$': '$$.Task.Token' }, looked, deployment, rollout } },
        },
      });
    },
  );

  it('Wait For Task Event writes its token into the record of the task, which only an event of this task changes', () => {
    const state = deploy.States['Wait For Task Event'];
    const looked = { 'S.$': '$.tasks.subscription.checkedAt' };
    const deployment = { 'S.$': '$.tasks.subscription.deployment' };
    expect(state?.TimeoutSecondsPath).toBe('$.tasks.waitSeconds');
    expect(state?.Parameters).toMatchObject({
      Key: { pk: { 'S.$': '$.tasks.subscription.pk' }, sk: { 'S.$': '$.tasks.subscription.sk' } },
      ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(noticed) OR noticed < :looked)',
      ExpressionAttributeValues: {
        ':looked': looked,
        ':sleeper': { M: { token: { 'S.$': '$$.Task.Token' }, looked, deployment } },
      },
    });
  });

  it.each(sleeps)('%s drops the event that woke it, and continues with a check whatever happens', (_, state) => {
    expect(state).toMatchObject({ ResultSelector: { woken: true }, ResultPath: '$.sleep' });
    expect(state.Catch?.map(({ ErrorEquals, ResultPath }) => [...ErrorEquals, ResultPath])).toEqual([
      ['States.Timeout', '$.sleep'],
      ['States.ALL', '$.sleep'],
    ]);
  });
});

class Refusal extends Error {
  override name = 'PermissionError';
}
const refuse = () => {
  throw new Refusal('AWS refused.');
};

const unable = (name: string) => () => {
  throw Object.assign(new Error('AWS refused.'), { name });
};
const held = { status: 'held', retrySeconds: 10 };
const listening = {
  outcome: 'going on',
  waitSeconds: 60,
  recheckSeconds: 5,
  subscription: { pk: 'service', sk: 'watch', checkedAt: 'now', deployment: 'ecs-svc/2' },
};

const report = { type: 'JobFailed', message: 'It failed.' };
type Input = { target: string } | { job: { id: string } };
const hand = { target: 'test/web' };
const job = { job: { id: 'j' } };
/** The result of each state. The items of a list are used in order. */
const smooth: Record<string, unknown> = {
  'Acknowledge Job': { job: { id: 'j' }, acknowledged: { status: 'InProgress' } },
  'Take Lease': { status: 'held', retrySeconds: 10 },
  'Check Target': { unchanged: false },
  'Update Service': { deploymentId: 'ecs-svc/2' },
  'Watch Rollout': [{ outcome: 'going on', waitSeconds: 12 }, { outcome: 'stable' }],
  'Watch Rollback': [{ outcome: 'going on', waitSeconds: 12 }, { outcome: 'settled' }],
  'Report Failure': report,
};

/** Runs the machine with these results. Returns the tasks that ran, in order, and how the execution ended. */
async function play(input: Input, answers: Record<string, unknown> = {}) {
  const all = { ...smooth, ...answers };
  const order: string[] = [];
  const seen: Record<string, unknown> = {};
  const handlers = [...tasks, ...sleeps].map(([name]) => {
    const queue = Array.isArray(all[name]) ? [...all[name]] : undefined;
    const handler = (given: unknown) => {
      order.push(name);
      seen[name] = given;
      const answer = queue === undefined ? (all[name] ?? {}) : queue.shift();
      return Promise.resolve(typeof answer === 'function' ? answer() : answer);
    };
    return [name, handler] as const;
  });
  // The interpreter alone does not support task tokens. test/machine/woken.test.ts tests them.
  const text = JSON.stringify(deploy).replaceAll('$$.Task.Token', () => '$$.Execution.Id');
  // The interpreter resolves TimeoutSecondsPath against the output of Parameters. AWS resolves it against the state's input.
  const timed = text.replaceAll('"TimeoutSecondsPath":"$.verdict.waitSeconds"', '"TimeoutSeconds":60');
  const definition = JSON.parse(timed.replace(/\$\{\w+\}/g, lambda));
  // Retries take time, and these tests are not about them.
  for (const state of Object.values<State>(definition.States)) delete state.Retry;
  const machine = new StateMachine(definition);
  const running = machine.run(input, {
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(handlers),
      waitTimeOverrides: {
        'Wait For Lease': 0,
        'Wait Before Recheck': 0,
        'Wait Before Rollback Recheck': 0,
        'Recheck Rollout Soon': 0,
        'Wait For Answer': 0,
        'Wait For Outcome': 0,
        'Wait Before Rollback Retry': 0,
      },
    },
    context: {
      Execution: { Id: 'arn:one', StartTime: '2026-11-23T09:00:00.000Z' },
      State: { RetryCount: 0, EnteredTime: '2026-11-23T09:00:00.000Z' },
    },
  });
  const ended = await running.result.then(
    () => 'SUCCEEDED',
    // The interpreter wraps the machine's error in one of its own.
    ({ cause }: { cause: Error }) => `${cause.name}, ${cause.message}`,
  );
  return { order, seen, ended };
}

const toPlan = ['Read Images', 'Take Lease', 'Check Target', 'Record Start'];
const toService = [...toPlan, 'Register Revision', 'Update Service'];
const failed = (rollBack: string) => ({ 'Watch Rollout': { outcome: 'failed', rollBack } });
const back = ['Take Lease', 'Roll Back'];
const watched = ['Watch Rollback', 'Watch Rollback', 'Report Failure'];
const settled = { outcome: 'settled' };
const late = { outcome: 'going on', waitSeconds: 12, due: true };
const again = { outcome: 'retry', due: false };

describe('deploy', () => {
  it.each<[story: string, input: Input, answers: Record<string, unknown>, order: string[], good: boolean]>([
    ['releases manually', hand, {}, [...toService, 'Watch Rollout', 'Watch Rollout', 'Report Success'], true],
    [
      'releases for a pipeline',
      job,
      {},
      ['Acknowledge Job', ...toService, 'Watch Rollout', 'Watch Rollout', 'Report Success'],
      true,
    ],
    [
      'ends without an error if the job is lost',
      job,
      { 'Acknowledge Job': { acknowledged: { status: 'Lost' } } },
      ['Acknowledge Job'],
      true,
    ],
    [
      'changes nothing if nothing differs',
      hand,
      { 'Check Target': { unchanged: true } },
      [...toPlan, 'Report Success'],
      true,
    ],
    [
      'leaves a deployment alone that superseded ours',
      hand,
      { 'Watch Rollout': { outcome: 'superseded' } },
      [...toService, 'Watch Rollout', 'Report Failure'],
      false,
    ],
    [
      'waits for its lease',
      hand,
      { 'Take Lease': [{ status: 'waiting', waitSeconds: 9 }, { status: 'held' }] },
      ['Read Images', 'Take Lease', ...toService.slice(1), 'Watch Rollout', 'Watch Rollout', 'Report Success'],
      true,
    ],
    [
      'continues without a lease',
      hand,
      { 'Take Lease': { status: 'none' } },
      [...toService, 'Watch Rollout', 'Watch Rollout', 'Report Success'],
      true,
    ],
    [
      'sleeps first if Update Service has planned the first check',
      hand,
      { 'Update Service': { deploymentId: 'ecs-svc/2', next: listening }, 'Watch Rollout': { outcome: 'stable' } },
      [...toService, 'Wait For Event', 'Watch Rollout', 'Report Success'],
      true,
    ],
    [
      'sleeps first if Watch Rollout has planned the first check of the rollback by ECS',
      hand,
      {
        'Watch Rollout': { outcome: 'failed', rollBack: 'ecs', next: listening },
        'Watch Rollback': { outcome: 'settled' },
      },
      [...toService, 'Watch Rollout', 'Wait For Rollback Event', 'Watch Rollback', 'Report Failure'],
      false,
    ],
    [
      'sleeps first if Roll Back has planned the first check of its rollback',
      hand,
      { ...failed('gantry'), 'Roll Back': { next: listening }, 'Watch Rollback': { outcome: 'settled' } },
      [...toService, 'Watch Rollout', ...back, 'Wait For Rollback Event', 'Watch Rollback', 'Report Failure'],
      false,
    ],
    [
      'checks again after a minute while AWS does not answer, until the deadline',
      hand,
      {
        'Check Target': { unchanged: false },
        'Read Images': { deadline: '2099-01-01T00:00:00.000Z' },
        'Watch Rollout': [unable('SystemUnavailable'), unable('Lambda.Unknown'), { outcome: 'stable' }],
      },
      [...toService, 'Watch Rollout', 'Watch Rollout', 'Watch Rollout', 'Report Success'],
      true,
    ],
    [
      'reports the last error if AWS does not answer until the deadline, and ends if nobody is to roll back',
      hand,
      {
        'Read Images': { deadline: '2000-01-01T00:00:00.000Z', rollBackOnFailure: false },
        'Watch Rollout': unable('SystemUnavailable'),
      },
      [...toService, 'Watch Rollout', 'Report Failure'],
      false,
    ],
    ...(
      [
        [
          'rolls back',
          { outcome: 'failed', rollBack: 'gantry' },
          ['Take Lease', 'Roll Back', 'Watch Rollback', 'Report Rollback'],
        ],
        ['waits while ECS rolls back', { outcome: 'failed', rollBack: 'ecs' }, ['Watch Rollback', 'Report Rollback']],
        ['leaves a stable rollout alone', { outcome: 'stable' }, []],
        ['leaves a deployment alone that superseded ours', { outcome: 'superseded' }, []],
        ['leaves a failed rollout alone that nobody is to roll back', { outcome: 'failed', rollBack: 'none' }, []],
      ] as const
    ).map(([what, verdict, then]): [string, Input, Record<string, unknown>, string[], boolean] => [
      `reports in time if AWS does not answer until the deadline, continues to watch, and ${what}`,
      hand,
      {
        'Read Images': { deadline: '2000-01-01T00:00:00.000Z', rollBackOnFailure: true },
        'Watch Rollout': [unable('SystemUnavailable'), unable('SystemUnavailable'), verdict],
        'Watch Rollback': { outcome: 'settled' },
      },
      [...toService, 'Watch Rollout', 'Report Failure', 'Watch Rollout', 'Watch Rollout', ...then],
      false,
    ]),
    [
      'reports once if AWS does not answer until the deadline, and the role is gone then',
      hand,
      {
        'Read Images': { deadline: '2000-01-01T00:00:00.000Z', rollBackOnFailure: true },
        'Watch Rollout': [unable('SystemUnavailable'), refuse],
      },
      [...toService, 'Watch Rollout', 'Report Failure', 'Watch Rollout'],
      false,
    ],
    [
      'sleeps until it is woken, then checks',
      hand,
      { 'Watch Rollout': [listening, { outcome: 'stable' }] },
      [...toService, 'Watch Rollout', 'Wait For Event', 'Watch Rollout', 'Report Success'],
      true,
    ],
    [
      'checks after a time-out if nothing wakes it',
      hand,
      { 'Watch Rollout': [listening, { outcome: 'stable' }], 'Wait For Event': unable('States.Timeout') },
      [...toService, 'Watch Rollout', 'Wait For Event', 'Watch Rollout', 'Report Success'],
      true,
    ],
    [
      'checks again soon if it is not allowed to sleep, or cannot',
      hand,
      {
        'Watch Rollout': [listening, listening, { outcome: 'stable' }],
        'Wait For Event': [unable('DynamoDb.ConditionalCheckFailedException'), unable('DynamoDb.SdkClientException')],
      },
      [
        ...toService,
        ...['Watch Rollout', 'Wait For Event', 'Watch Rollout', 'Wait For Event', 'Watch Rollout'],
        'Report Success',
      ],
      true,
    ],
    [
      'sleeps while ECS rolls back',
      hand,
      { ...failed('ecs'), 'Watch Rollback': [listening, { outcome: 'settled' }] },
      [...toService, 'Watch Rollout', 'Watch Rollback', 'Wait For Rollback Event', 'Watch Rollback', 'Report Failure'],
      false,
    ],
    ['rolls back', hand, failed('gantry'), [...toService, 'Watch Rollout', ...back, ...watched], false],
    [
      'waits for its lease before it rolls back',
      hand,
      {
        ...failed('gantry'),
        'Take Lease': [held, { status: 'waiting', waitSeconds: 9 }, held],
      },
      [...toService, 'Watch Rollout', 'Take Lease', ...back, ...watched],
      false,
    ],
    ['watches ECS roll back', hand, failed('ecs'), [...toService, 'Watch Rollout', ...watched], false],
    ['does not roll back', hand, failed('none'), [...toService, 'Watch Rollout', 'Report Failure'], false],
    [
      'reports an error before anything was changed',
      job,
      { 'Read Images': refuse },
      ['Acknowledge Job', 'Read Images', 'Report Failure'],
      false,
    ],
    [
      'reports an error during the release',
      hand,
      { 'Watch Rollout': refuse },
      [...toService, 'Watch Rollout', 'Report Failure'],
      false,
    ],
    [
      'reports an error of a rollback, and tries again until it is done',
      hand,
      { ...failed('gantry'), 'Roll Back': [refuse, refuse, {}], 'Watch Rollback': settled },
      [
        ...toService,
        ...['Watch Rollout', ...back, 'Report Failure', ...back, ...back, 'Watch Rollback', 'Report Rollback'],
      ],
      false,
    ],
    [
      'rolls back again when the first try had no effect, before the result is due',
      hand,
      { ...failed('gantry'), 'Watch Rollback': [again, settled] },
      [...toService, 'Watch Rollout', ...back, 'Watch Rollback', ...back, 'Watch Rollback', 'Report Failure'],
      false,
    ],
    [
      'reports in time, and watches the rollback to its end',
      job,
      { ...failed('gantry'), 'Watch Rollback': [late, late, settled] },
      [
        ...['Acknowledge Job', ...toService, 'Watch Rollout', ...back, 'Watch Rollback', 'Report Failure'],
        ...['Watch Rollback', 'Watch Rollback', 'Report Rollback'],
      ],
      false,
    ],
    [
      'reports in time, and retries the failed rollback',
      job,
      { ...failed('ecs'), 'Watch Rollback': [{ ...again, due: true }, settled] },
      [
        ...['Acknowledge Job', ...toService, 'Watch Rollout', 'Watch Rollback', 'Report Failure'],
        ...[...back, 'Watch Rollback', 'Report Rollback'],
      ],
      false,
    ],
    [
      'reports a rollback that cannot be watched, and continues',
      hand,
      { ...failed('ecs'), 'Watch Rollback': [refuse, settled] },
      [...toService, 'Watch Rollout', 'Watch Rollback', 'Report Failure', ...back, 'Watch Rollback', 'Report Rollback'],
      false,
    ],
    [
      'reports a rollback that gets no lease, and continues',
      hand,
      { ...failed('gantry'), 'Take Lease': [held, refuse, held], 'Watch Rollback': settled },
      [
        ...[...toService, 'Watch Rollout', 'Take Lease', 'Report Failure'],
        ...[...back, 'Watch Rollback', 'Report Rollback'],
      ],
      false,
    ],
  ])('%s', async (_, input, answers, order, good) => {
    const played = await play(input, answers);
    expect(played.order).toEqual(order);
    expect(played.ended).toBe(good ? 'SUCCEEDED' : 'JobFailed, It failed.');
  });

  it('passes the caught error to the report', async () => {
    const { seen } = await play(hand, { 'Check Target': refuse });
    expect(seen['Report Failure']).toMatchObject({
      execution: 'arn:one',
      input: { error: { Error: 'PermissionError' } },
    });
  });

  it.each(['Report Success', 'Report Failure'])('fails if %s fails permanently', async (state) => {
    const { ended } = await play(hand, { [state]: refuse, ...(state === 'Report Failure' ? failed('none') : {}) });
    expect(ended).toMatch(/AWS refused/);
  });
});
