import { describe, expect, it } from 'vitest';
import { decideFromDescribedTask, decideFromTaskRecord } from '../../../core/release-tasks/decide.ts';
import type { TaskRecord } from '../../../core/release-tasks/record.ts';
import type { DescribedTask } from '../../../core/release-tasks/task-end.ts';

const start = new Date('2026-11-29T09:00:00.000Z');
const minutesLater = (minutes: number): Date => new Date(start.getTime() + minutes * 60_000);
const record = {
  execution: 'arn:aws:states:eu-west-1:111111111111:execution:deploy:1',
  phase: 'preDeploy' as const,
  name: 'migrate',
  id: '0'.repeat(32),
  intendedAt: start.toISOString(),
  task: 'arn:aws:ecs:eu-west-1:222222222222:task/shop/11111111111111111111111111111111',
};
const settings = { container: 'app', timeoutMinutes: 30 };

/** A stopped task, as ECS describes it. */
const stopped = (change: Partial<DescribedTask>, ...containers: object[]): DescribedTask => ({
  arn: record.task,
  lastStatus: 'STOPPED',
  desiredStatus: 'STOPPED',
  startedAt: minutesLater(1),
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  containers: containers.map((container) => ({ name: 'app', ...container })),
  ...change,
});
const running = (...containers: object[]): DescribedTask => ({
  ...stopped({}, ...containers),
  lastStatus: 'RUNNING',
  desiredStatus: 'RUNNING',
  stopCode: undefined,
  stoppedReason: undefined,
});
const decide = (found: DescribedTask | undefined, minutes = 2, change: Partial<TaskRecord> = {}, seenAt?: string) =>
  decideFromDescribedTask(found, {
    record: { ...record, ...change, task: record.task },
    settings,
    seenAt,
    now: minutesLater(minutes),
  });

const sidecarGoesOn = { name: 'agent' };
const stopAsked = { stopRequestedAt: minutesLater(30).toISOString() };
const neverStarted = { startedAt: undefined, stopCode: 'TaskFailedToStart' };

describe('a task has succeeded only if its container exited with code 0', () => {
  it.each([
    ['exit code 0', stopped({}, { exitCode: 0 })],
    [
      'exit code 0, and another container failed after it',
      stopped({}, { exitCode: 0 }, { name: 'agent', exitCode: 137 }),
    ],
    [
      'exit code 0 while the network interface is removed',
      { ...stopped({}, { exitCode: 0 }), lastStatus: 'DEPROVISIONING' },
    ],
    [
      'exit code 0 of a container that is not essential, while a sidecar goes on',
      running({ exitCode: 0 }, sidecarGoesOn),
    ],
  ])('%s', (_, task) => {
    expect(decide(task)).toMatchObject({ do: 'end', end: { outcome: 'succeeded', exitCode: 0 } });
  });

  it.each([
    [
      'exit code 0 of a container that was stopped because another one ran out of memory',
      stopped(
        {},
        { exitCode: 0 },
        { name: 'proxy', exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
      ),
      {},
      'was stopped because another container failed: proxy ran out of memory (OutOfMemoryError: Container killed due to memory usage, exit code 137)',
    ],
    ['exit code 1', stopped({}, { exitCode: 1 }), {}, 'failed: app exited with code 1'],
    [
      'a signal',
      stopped({}, { exitCode: 139 }),
      {},
      'failed: app exited with code 139, a segmentation fault (SIGSEGV)',
    ],
    [
      'no memory left',
      stopped({}, { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }),
      {},
      'failed: app ran out of memory (OutOfMemoryError: Container killed due to memory usage, exit code 137)',
    ],
    [
      'exit code 0 of another container only',
      stopped({}, { exitCode: 137 }, { name: 'agent', exitCode: 0 }),
      {},
      'failed: app exited with code 137, killed (SIGKILL)',
    ],
    ['no exit code', stopped({}, {}), {}, 'ended without an exit code of app: Essential container in task exited'],
    ['no such container', stopped({}, { name: 'other', exitCode: 0 }), {}, 'has no container named app'],
    [
      'an image that cannot be pulled',
      stopped(
        {
          ...neverStarted,
          stoppedReason: 'CannotPullContainerError: pull image manifest has been retried 1 time(s): not found',
        },
        {},
      ),
      {},
      'could not start: CannotPullContainerError: pull image manifest has been retried 1 time(s): not found',
    ],
    [
      'a start that ECS does not explain',
      stopped({ ...neverStarted, stoppedReason: undefined }, {}),
      {},
      'could not start: ECS gives no reason',
    ],
    [
      'a person who stopped it',
      stopped({ stopCode: 'UserInitiated', stoppedReason: 'Stopped by ann' }, { exitCode: 143 }),
      {},
      'was stopped by somebody: Stopped by ann',
    ],
    [
      'a person who stopped it, and a process that then exits with 0',
      stopped({ stopCode: 'UserInitiated', stoppedReason: 'Stopped by ann' }, { exitCode: 0 }),
      {},
      'was stopped by somebody: Stopped by ann',
    ],
    [
      'a person who stopped it before it started',
      stopped({ stopCode: 'UserInitiated', stoppedReason: 'Stopped by ann', startedAt: undefined }, {}),
      {},
      'was stopped by somebody: Stopped by ann',
    ],
    [
      'a host that was terminated',
      stopped({ stopCode: undefined, stoppedReason: 'Host EC2 (instance i-0123456789abcdef0) terminated.' }, {}),
      {},
      'lost its host or its capacity: Host EC2 (instance i-0123456789abcdef0) terminated',
    ],
    [
      'an interruption of Fargate Spot',
      stopped({ stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' }, { exitCode: 0 }),
      {},
      'lost its host or its capacity: Your Spot Task was interrupted',
    ],
    [
      'its time',
      stopped({ stopCode: 'UserInitiated' }, { exitCode: 0 }),
      stopAsked,
      'did not end within its 30 minutes, and Gantry stopped it',
    ],
  ])('%s is a failure with a message of its own', (_, task, change, how) => {
    expect(decide(task, 31, change)).toMatchObject({ do: 'end', end: { outcome: 'failed', how } });
  });
});

describe('a task that goes on', () => {
  it.each([
    ['waits while it runs', running({}), 29, {}, { do: 'wait' }],
    ['is stopped when its time is over', running({}), 30, {}, { do: 'stop' }],
    ['waits until it has stopped', running({}), 31, stopAsked, { do: 'wait' }],
    [
      'does not count an exit code 0 after it was asked to stop',
      running({ exitCode: 0 }),
      31,
      stopAsked,
      { do: 'wait' },
    ],
    [
      'does not count an exit code while somebody stops it',
      { ...running({ exitCode: 0 }), stopCode: 'UserInitiated' },
      5,
      {},
      { do: 'wait' },
    ],
    [
      'fails if it does not stop',
      running({}),
      36,
      stopAsked,
      { do: 'end', stillRuns: true, end: { outcome: 'failed' } },
    ],
    [
      'is stopped after its container has ended',
      running({ exitCode: 1 }, sidecarGoesOn),
      2,
      {},
      { do: 'end', stillRuns: true },
    ],
    ['may be missing for a while', undefined, 9, {}, { do: 'wait' }],
  ])('%s', (_, found, minutes, change, expected) => {
    expect(decide(found, minutes, change)).toMatchObject(expected);
  });

  it.each([
    ['that ECS has not shown since its start', 11, undefined],
    ['that ECS has not shown since the last check', 60, minutesLater(45)],
  ])('is not judged if it is a task %s', (_, minutes, seen) => {
    expect(() => decide(undefined, minutes, {}, seen?.toISOString())).toThrow(/not known how the task migrate ended/);
  });
});

describe('what a try does first depends on the record', () => {
  it.each([
    ['no record', undefined, 0, 'intend'],
    ['an intent', { task: undefined }, 1, 'search'],
    ['an intent of 50 minutes ago', { task: undefined }, 50, 'search'],
    ['a task', {}, 1000, 'describe'],
    ['a result', { result: { outcome: 'failed' as const, endedAt: '' } }, 1000, 'ended'],
  ])('%s', (_, change, minutes, expected) => {
    expect(decideFromTaskRecord(change && { ...record, ...change }, minutesLater(minutes))).toBe(expected);
  });

  it('an intent that is too old leads to no second start: a person must find out', () => {
    expect(() => decideFromTaskRecord({ ...record, task: undefined }, minutesLater(51))).toThrow(
      /not known whether the task migrate ran.*Look in CloudTrail.*startedBy ends with 0{32}.*skipPreDeploy/,
    );
  });
});
