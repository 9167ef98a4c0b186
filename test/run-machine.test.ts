import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StateMachine } from 'aws-local-stepfunctions';
import { describe, expect, it } from 'vitest';

const arn = 'arn:aws:lambda:eu-west-1:111111111111:function:some';
const text = readFileSync(join(import.meta.dirname, '..', 'state-machines', 'run.asl.json'), 'utf8');
const definition = JSON.parse(text.replaceAll('${Partition}', 'aws').replace(/\$\{\w+\}/g, arn));

const later = { until: '2999-01-01T00:00:00.000Z' };
const over = { until: '2000-01-01T00:00:00.000Z' };
const planned = { outcome: 'planned', ...later };
const goingOn = { outcome: 'going on', waitSeconds: 1, ...later };
const done = { outcome: 'ended', result: 'succeeded', error: 'JobFailed', message: 'It succeeded.' };
const failed = { ...done, result: 'failed', message: 'It failed.' };
const unavailable = Object.assign(new Error('AWS is away.'), { name: 'SystemUnavailable' });
const broken = Object.assign(new Error('It broke.'), { name: 'TypeError' });

/** Runs the machine with these results of Run Command. Returns how it ended, and how often Run Command ran. test/cli/run.test.ts waits for events. */
async function play(answers: unknown[]) {
  const queue = [...answers];
  let runs = 0;
  const answer = (given: unknown) => (given instanceof Error ? Promise.reject(given) : Promise.resolve(given as never));
  const handlers = {
    'Run Command': () => {
      runs += 1;
      return answer(queue.length > 1 ? queue.shift() : queue[0]);
    },
  };
  const waits = ['Wait For Command Answer', 'Wait For Command', 'Recheck Command Soon'];
  const running = new StateMachine(definition).run('anything', {
    overrides: {
      taskResourceLocalHandlers: handlers,
      waitTimeOverrides: Object.fromEntries(waits.map((name) => [name, 0])),
      retryIntervalOverrides: { 'Run Command': 0 },
    },
    context: {
      Execution: { Id: 'arn:one' },
      State: { EnteredTime: '2026-11-23T09:00:00.000Z' },
      Task: { Token: 'token' },
    },
  });
  const ended = await running.result.then(
    () => 'succeeded',
    ({ cause }: { cause: Error }) => `${cause.name}: ${cause.message}`,
  );
  return { ended, runs };
}

describe('the machine that runs commands', () => {
  it.each<[string, unknown[], string, number]>([
    ['starts what it has planned, waits, and succeeds', [planned, goingOn, goingOn, done], 'succeeded', 4],
    ['fails with the message of the command', [planned, goingOn, failed], 'JobFailed: It failed.', 3],
    [
      'fails if the request is refused',
      [{ ...failed, error: 'ConfigurationError' }],
      'ConfigurationError: It failed.',
      1,
    ],
    ['retries once before it has a plan', [unavailable], 'SystemUnavailable: AWS is away.', 2],
    [
      'checks again until the time is over if AWS does not answer',
      [planned, goingOn, unavailable, unavailable, unavailable, done],
      'succeeded',
      6,
    ],
    [
      'gives up when the time is over',
      [{ ...planned, ...over }, { ...goingOn, ...over }, unavailable],
      'SystemUnavailable: AWS is away.',
      4,
    ],
    ['does not repeat a bug', [planned, broken], 'TypeError: It broke.', 2],
  ])('%s', async (_, answers, ended, runs) => {
    expect(await play(answers)).toEqual({ ended, runs });
  });
});
