import { describe, expect, it } from 'vitest';
import type { TaskRun } from '../../../core/model/release-task.ts';
import {
  formatDuration,
  formatSuccessfulTasks,
  formatTaskFailure,
  formatTaskUrl,
  listStartedMigrations,
  warnAboutMigrations,
} from '../../../core/release-tasks/messages.ts';

const task = 'arn:aws:ecs:eu-west-1:222222222222:task/shop/0123456789abcdef0123456789abcdef';
const run: TaskRun = {
  phase: 'preDeploy',
  name: 'migrate',
  task,
  start: '2026-11-29T09:00:00.000Z',
  end: '2026-11-29T09:00:42.000Z',
  outcome: 'succeeded',
};
const target = { roleArn: 'arn:aws:iam::222222222222:role/x', region: 'eu-west-1', cluster: 'shop', service: 'web' };

it('a failed task is reported with its duration, its id and its page', () => {
  expect(
    formatTaskFailure(run, 'failed: app exited with code 1', { target, revision: 'arn:…:task-definition/web:8' }).split(
      '\n',
    ),
  ).toEqual([
    'The pre-deploy task migrate of web:8 failed: app exited with code 1 (after 42 s).',
    'Task 01234567: https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/shop/tasks/0123456789abcdef0123456789abcdef?region=eu-west-1',
  ]);
});

it.each([
  ['eu-west-1', 'https://eu-west-1.console.aws.amazon.com/'],
  ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/'],
  ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/'],
])('the page of a task in %s is on %s', (region, start) => {
  expect(formatTaskUrl({ region, cluster: 'shop' }, task)).toContain(start);
});

it.each([
  [0, '0 s'],
  [59_400, '59 s'],
  [59_600, '1 min 0 s'],
  [185_000, '3 min 5 s'],
  [3_725_000, '1 h 2 min'],
])('%d ms are %s', (ms, expected) => {
  expect(formatDuration(ms)).toBe(expected);
});

describe('the tasks of a release', () => {
  it('are named with their durations if they succeeded', () => {
    const smoke: TaskRun = { ...run, phase: 'postDeploy', name: 'smoke', outcome: 'failed' };
    expect(formatSuccessfulTasks([run, smoke])).toBe('The pre-deploy task migrate (42 s) succeeded.');
    expect(formatSuccessfulTasks([smoke])).toBeUndefined();
  });

  it.each<[string, TaskRun[], string | undefined]>([
    [
      'a migration that succeeded',
      [run],
      'The pre-deploy task migrate has run, and a rollback does not undo what it changed.',
    ],
    [
      'a migration that failed halfway',
      [{ ...run, outcome: 'failed' }],
      'The pre-deploy task migrate has run, and a rollback does not undo what it changed.',
    ],
    [
      'two',
      [run, { ...run, name: 'seed' }],
      'The pre-deploy tasks migrate, seed have run, and a rollback does not undo what they changed.',
    ],
    ['a task that never started', [{ ...run, task: undefined }], undefined],
    ['a post-deploy task', [{ ...run, phase: 'postDeploy' }], undefined],
  ])('are named by a rollback: %s', (_, runs, expected) => {
    expect(warnAboutMigrations(listStartedMigrations(runs))).toBe(expected);
  });
});
