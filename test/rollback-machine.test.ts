import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StateMachine } from 'aws-local-stepfunctions';
import { describe, expect, it } from 'vitest';

type State = { Type: string; Resource?: string; Parameters?: unknown; Catch?: unknown };
const text = readFileSync(join(import.meta.dirname, '..', 'state-machines', 'rollback.asl.json'), 'utf8').replaceAll(
  '${Partition}',
  'aws',
);
const states: [string, State][] = Object.entries(JSON.parse(text).States);
const tasks = states.filter(([, { Type, Resource = '' }]) => Type === 'Task' && Resource.startsWith('${'));

const arn = 'arn:aws:lambda:eu-west-1:111111111111:function:some';
const release = { target: { service: 'web' } };
const stop = {
  do: 'stop',
  data: { release, plan: 'plan', rollout: 'old', verdict: { outcome: 'failed', rollBack: 'gantry' } },
};
const revision = { do: 'revision', revision: 'web:1', data: { release, plan: 'plan' } };
const nothing = { do: 'nothing', reason: 'It is back.' };
const held = { status: 'held', retrySeconds: 10 };

/** The results of each state, in order; the last one is repeated. */
const smooth: Record<string, unknown[]> = {
  'Decide Rollback': [revision],
  'Take Lease': [held],
  'Watch Rollout': [{ outcome: 'going on', waitSeconds: 12 }, { outcome: 'stable' }],
  'Watch Rollback': [
    { outcome: 'going on', waitSeconds: 12 },
    { outcome: 'settled', back: true },
  ],
  'Report Failure': [{ type: 'JobFailed', message: 'It failed.' }],
};

/** Runs the machine with these results. Returns the tasks that ran, each with its input, and how the execution ended. */
async function play(answers: Record<string, unknown[]>, input: Record<string, unknown> = { target: 'test/web' }) {
  const asked: { name: string; input: Record<string, unknown> }[] = [];
  const handlers = tasks.map(([name]) => {
    const queue = [...(answers[name] ?? smooth[name] ?? [{}])];
    const handler = (given: unknown) => {
      asked.push({ name, input: (given as { input: Record<string, unknown> }).input });
      const answer = queue.length > 1 ? queue.shift() : queue[0];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as never);
    };
    return [name, handler] as const;
  });
  const machine = new StateMachine(JSON.parse(text.replace(/\$\{\w+\}/g, arn)));
  const running = machine.run(JSON.parse(JSON.stringify(input)), {
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(handlers),
      waitTimeOverrides: {
        'Wait Before Recheck': 0,
        'Wait Before Rollback Recheck': 0,
        'Wait Before Rollback Retry': 0,
        'Wait For Lease': 0,
      },
    },
    context: { Execution: { Id: 'arn:one', StartTime: '2026-11-23T10:00:00Z' }, State: { RetryCount: 0 } },
  });
  const ended = await running.result.then(
    () => 'SUCCEEDED',
    ({ cause }: { cause: Error }) => `${cause.name}, ${cause.message}`,
  );
  return { asked, order: asked.map(({ name }) => name), ended };
}

const decided = ['Decide Rollback', 'Take Lease', 'Decide Rollback', 'Record Start'];
const gone = [...decided, 'Register Revision', 'Update Service', 'Watch Rollout'];
const stopped = [...decided, 'Roll Back', 'Watch Rollback', 'Watch Rollback'];
const broken = Object.assign(new Error('AWS refused.'), { name: 'PermissionError' });

describe('rollback', () => {
  it.each<[story: string, answers: Record<string, unknown[]>, order: string[], good: boolean]>([
    ['does nothing', { 'Decide Rollback': [nothing] }, ['Decide Rollback', 'Report Success'], true],
    [
      'does nothing if the second decision under the lease says so',
      { 'Decide Rollback': [revision, nothing] },
      ['Decide Rollback', 'Take Lease', 'Decide Rollback', 'Report Success'],
      true,
    ],
    ['rolls back to a revision', {}, [...gone, 'Watch Rollout', 'Report Success'], true],
    [
      'waits for its lease',
      { 'Take Lease': [{ status: 'waiting', waitSeconds: 5 }, held] },
      ['Decide Rollback', 'Take Lease', ...decided.slice(1), ...gone.slice(4), 'Watch Rollout', 'Report Success'],
      true,
    ],
    ['stops a deployment', { 'Decide Rollback': [stop] }, [...stopped, 'Report Success'], true],
    [
      'fails if the stopped service is not restored',
      {
        'Decide Rollback': [stop],
        'Watch Rollback': [
          { outcome: 'going on', waitSeconds: 1 },
          { outcome: 'settled', back: false },
        ],
      },
      [...stopped, 'Report Failure'],
      false,
    ],
    [
      'fails if the old revision fails',
      { 'Watch Rollout': [{ outcome: 'failed', rollBack: 'none' }] },
      [...gone, 'Report Failure'],
      false,
    ],
    [
      'tries again to stop a deployment, and then succeeds although it was reported as failed',
      {
        'Decide Rollback': [stop],
        'Roll Back': [broken, {}],
        'Watch Rollback': [{ outcome: 'settled', back: true }],
      },
      [...decided, 'Roll Back', 'Report Failure', 'Take Lease', 'Roll Back', 'Watch Rollback', 'Report Rollback'],
      true,
    ],
    [
      'watches ECS undo the rollback, and fails',
      { 'Watch Rollout': [{ outcome: 'failed', rollBack: 'ecs' }] },
      [...gone, 'Watch Rollback', 'Watch Rollback', 'Report Failure'],
      false,
    ],
    [
      'leaves a deployment alone that came in between',
      { 'Watch Rollout': [{ outcome: 'superseded' }] },
      [...gone, 'Report Failure'],
      false,
    ],
    [
      'fails in its first state because of an invalid input',
      { 'Decide Rollback': [broken] },
      ['Decide Rollback', 'Report Failure'],
      false,
    ],
  ])('%s', async (_, answers, order, good) => {
    const played = await play(answers);
    expect(played.order).toEqual(order);
    expect(played.ended).toBe(good ? 'SUCCEEDED' : 'JobFailed, It failed.');
  });

  it('keeps an event complete, and adds the data that the states of deploy expect', async () => {
    const event = { 'detail-type': 'CloudWatch Alarm State Change', detail: { alarmName: 'web-5xx' } };
    const { asked } = await play({}, event);
    expect(asked[0]?.input).toEqual({ event });
    expect(asked.find(({ name }) => name === 'Register Revision')?.input).toMatchObject({
      event,
      release,
      plan: 'plan',
      lease: held,
    });
  });

  it('drops the deployment to stop if it turns out to be over', async () => {
    const { asked } = await play({ 'Decide Rollback': [stop, revision] });
    expect(asked.find(({ name }) => name === 'Watch Rollout')?.input).not.toHaveProperty('verdict');
  });

  it.each(tasks)(
    '%s gets the execution and all of the data, and leads to a report if it fails',
    (name, { Parameters, Catch }) => {
      expect(Parameters).toMatchObject({ 'execution.$': '$$.Execution.Id', 'input.$': '$' });
      const isPartOfRollback = ['Take Lease', 'Roll Back', 'Watch Rollback'].includes(name);
      const Next = isPartOfRollback ? 'Is Result Reported' : 'Report Failure';
      const caught = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next }];
      expect(Catch).toEqual(name.startsWith('Report') ? undefined : caught);
    },
  );
});
