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
const lease = { status: 'none', retrySeconds: 10 };
const verdict = { outcome: 'failed', rollBack: 'gantry' };
const data = { release, plan: 'plan', rollout: 'old', verdict, lease };
const stop = { do: 'stop', data };
const revision = { do: 'revision', revision: 'web:1', data };
const nothing = { do: 'nothing', reason: 'It is back.' };
const held = { status: 'held', retrySeconds: 10 };
const goingOn = { outcome: 'going on', waitSeconds: 12 };
const again = { outcome: 'retry', due: false };
const back = { outcome: 'settled', back: true };
const notBack = { outcome: 'settled', back: false };
const broken = Object.assign(new Error('AWS refused.'), { name: 'PermissionError' });
const mistaken = Object.assign(new Error('Correct it.'), { name: 'ConfigurationError' });

/** The results of each state, in order; the last one is repeated. */
const smooth: Record<string, unknown[]> = {
  'Decide Rollback': [revision],
  'Take Lease': [held],
  'Roll Back': [{ did: 'updated' }],
  'Watch Rollback': [goingOn, back],
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
        'Wait Before Next Decision': 0,
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

const begun = ['Decide Rollback', 'Take Lease', 'Record Start', 'Roll Back'];
const done = [...begun, 'Watch Rollback', 'Watch Rollback'];

describe.each([
  ['that restores a revision', revision],
  ['that stops a deployment', stop],
])('a rollback %s', (_kind, decision) => {
  it.each<[story: string, answers: Record<string, unknown[]>, order: string[], good: boolean]>([
    ['succeeds when the service is back', {}, [...done, 'Report Success'], true],
    [
      'waits for its first check as Roll Back plans',
      { 'Roll Back': [{ did: 'updated', next: goingOn }] },
      [...done, 'Report Success'],
      true,
    ],
    [
      'waits for its turn',
      { 'Take Lease': [{ status: 'waiting', waitSeconds: 5 }, held] },
      ['Decide Rollback', 'Take Lease', ...done.slice(1), 'Report Success'],
      true,
    ],
    [
      'fails when it ends without the service being back',
      { 'Watch Rollback': [goingOn, notBack] },
      [...done, 'Report Failure'],
      false,
    ],
    [
      'decides again for as long as it cannot decide',
      { 'Decide Rollback': [broken, broken, decision] },
      ['Decide Rollback', 'Decide Rollback', ...done, 'Report Success'],
      true,
    ],
    [
      'goes on without a record if the start cannot be recorded, and then tries that again',
      { 'Record Start': [broken, {}], 'Watch Rollback': [again, back] },
      [...begun, 'Watch Rollback', 'Take Lease', 'Record Start', 'Roll Back', 'Watch Rollback', 'Report Success'],
      true,
    ],
    [
      'rolls back again, under a new lease, when Watch Rollback says so',
      { 'Watch Rollback': [again, again, back] },
      [
        ...begun,
        'Watch Rollback',
        ...['Take Lease', 'Roll Back', 'Watch Rollback'],
        ...['Take Lease', 'Roll Back', 'Watch Rollback'],
        'Report Success',
      ],
      true,
    ],
    ...['Take Lease', 'Roll Back', 'Watch Rollback'].map(
      (state): [string, Record<string, unknown[]>, string[], boolean] => {
        const answers = { [state]: [broken, ...(smooth[state] ?? []).slice(-1)] };
        const failedAt = ['Decide Rollback', 'Take Lease', 'Record Start', 'Roll Back', 'Watch Rollback'].indexOf(
          state,
        );
        const first = [...begun, 'Watch Rollback'].slice(0, failedAt + 1);
        const rest = state === 'Take Lease' ? ['Take Lease', 'Record Start', 'Roll Back'] : ['Take Lease', 'Roll Back'];
        const watched = state === 'Watch Rollback' ? ['Watch Rollback'] : ['Watch Rollback', 'Watch Rollback'];
        return [
          `reports once that ${state} failed, tries again, and records that it succeeded then`,
          answers,
          [...first, 'Report Failure', ...rest, ...watched, 'Report Rollback'],
          true,
        ];
      },
    ),
  ])('%s', async (_, answers, order, good) => {
    const played = await play({ 'Decide Rollback': [decision], ...answers });
    expect(played.order).toEqual(order);
    expect(played.ended).toBe(good ? 'SUCCEEDED' : 'JobFailed, It failed.');
  });
});

describe('rollback', () => {
  it.each<[story: string, answers: Record<string, unknown[]>, order: string[], good: boolean]>([
    ['does nothing', { 'Decide Rollback': [nothing] }, ['Decide Rollback', 'Report Success'], true],
    [
      'fails in its first state for a validation error',
      { 'Decide Rollback': [mistaken] },
      ['Decide Rollback', 'Report Failure'],
      false,
    ],
    [
      "fails when there is nothing to do any more after a person's request",
      { 'Roll Back': [{ did: 'nothing' }], 'Watch Rollback': [notBack] },
      [...begun, 'Watch Rollback', 'Report Failure'],
      false,
    ],
  ])('%s', async (_, answers, order, good) => {
    const played = await play(answers);
    expect(played.order).toEqual(order);
    expect(played.ended).toBe(good ? 'SUCCEEDED' : 'JobFailed, It failed.');
  });

  it('keeps the whole event, and adds the data that the states of deploy expect', async () => {
    const event = { 'detail-type': 'CloudWatch Alarm State Change', detail: { alarmName: 'web-5xx' } };
    const { asked } = await play({}, event);
    expect(asked[0]?.input).toEqual({ given: event });
    expect(asked.find(({ name }) => name === 'Roll Back')?.input).toMatchObject({ given: event, ...data, lease: held });
  });

  it('succeeds when there is nothing to do any more after an event', async () => {
    const event = { 'detail-type': 'CloudWatch Alarm State Change', detail: { alarmName: 'web-5xx' } };
    const played = await play({ 'Roll Back': [{ did: 'nothing' }], 'Watch Rollback': [notBack] }, event);
    expect(played.order.at(-1)).toBe('Report Success');
  });

  it.each(tasks)(
    '%s gets the execution and all of the data, and never ends the execution without a report',
    (name, { Parameters, Catch }) => {
      expect(Parameters).toMatchObject({ 'execution.$': '$$.Execution.Id', 'input.$': '$' });
      const caught = (Next: string, error = 'States.ALL', ResultPath = '$.error') => ({
        ErrorEquals: [error],
        ResultPath,
        Next,
      });
      const catches: Record<string, unknown> = {
        'Decide Rollback': [
          caught('Report Failure', 'ConfigurationError'),
          caught('Wait Before Next Decision', 'States.ALL', '$.undecided'),
        ],
        'Move Schedules': [caught('Is Rollback Finished', 'States.ALL', '$.schedules')],
        'Record Start': [caught('Roll Back', 'States.ALL', '$.unrecorded')],
        'Report Failure': [caught('Is Rollback Unfinished', 'States.ALL', '$.undelivered')],
      };
      const usual = name.startsWith('Report') ? undefined : [caught('Is Result Reported')];
      expect(Catch).toEqual(catches[name] ?? usual);
    },
  );
});
