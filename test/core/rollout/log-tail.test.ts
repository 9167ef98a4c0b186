import { describe, expect, it } from 'vitest';
import { createLogTail, findLogStreamOfFailedContainer } from '../../../core/rollout/log-tail.ts';
import { secondsAfterStart, stoppedTask } from './facts.ts';

const options = { 'awslogs-group': '/ecs/web', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'web' };
const container = (name: string, logConfiguration: object = { logDriver: 'awslogs', options }) => ({
  name,
  image: 'shop:1',
  logConfiguration,
});
const arn = `arn:aws:ecs:eu-west-1:222222222222:task/main/${'a'.repeat(32)}`;
const stream = {
  container: 'app',
  task: 'a'.repeat(32),
  group: '/ecs/web',
  stream: `web/app/${'a'.repeat(32)}`,
  region: 'eu-west-1',
  read: (message: string) => message,
};

describe('the log that explains a failure', () => {
  it('is that of the container that failed, in the task that failed last', () => {
    const sidecar = { name: 'proxy', exitCode: 143 };
    const tasks = [
      stoppedTask({ stoppedAt: secondsAfterStart(60) }),
      stoppedTask({ arn, stoppedAt: secondsAfterStart(90), containers: [sidecar, { name: 'app', exitCode: 1 }] }),
      stoppedTask({ stoppedAt: secondsAfterStart(100), stopCode: 'UserInitiated' }),
    ];
    expect(
      findLogStreamOfFailedContainer(tasks, { definitions: [container('proxy'), container('app')], cluster: 'main' }),
    ).toEqual({ ...stream, read: expect.any(Function) });
  });

  it.each([
    ['no task has failed', [], [container('app')]],
    ['the container logs elsewhere', [stoppedTask()], [container('app', { logDriver: 'splunk', options: {} })]],
    [
      "the stream's name is unknown",
      [stoppedTask()],
      [container('app', { logDriver: 'awslogs', options: { 'awslogs-group': 'x' } })],
    ],
    ['the revision has no such container', [stoppedTask()], [container('web')]],
    ['no container ended', [stoppedTask({ containers: [] })], [container('app')]],
  ])('is absent if %s', (_, tasks, definitions) => {
    expect(findLogStreamOfFailedContainer(tasks, { definitions, cluster: 'main' })).toBeUndefined();
  });

  it.each([
    [
      'the newest ten lines',
      Array.from({ length: 20 }, (_, n) => `line ${n}`),
      Array.from({ length: 10 }, (_, n) => `line ${n + 10}`),
    ],
    ['the lines of one message separately', ['Error: no\n\tat main\r\n\n'], ['Error: no', '  at main']],
    [
      'as many lines as fit',
      ['a'.repeat(400), 'b'.repeat(400), 'c'.repeat(400), 'd'.repeat(400)],
      ['b', 'c', 'd'].map((letter) => `${letter.repeat(179)} … ${letter.repeat(118)}`),
    ],
    ['no half of a character', [`${'a'.repeat(178)}🚀${'b'.repeat(300)}`], [`${'a'.repeat(178)} … ${'b'.repeat(119)}`]],
    [
      'no colours, and escaped invisible characters',
      ['\u001b[31mError\u001b[0m\u0007 \u202eevil'],
      ['Error\\u0007 \\u202eevil'],
    ],
  ])('contains %s', (_, messages, lines) => {
    expect(createLogTail(stream, messages)).toEqual({ container: 'app', task: stream.task, lines });
  });

  it('is absent if the log is empty', () => {
    expect(createLogTail(stream, ['', '\n'])).toBeUndefined();
  });
});
