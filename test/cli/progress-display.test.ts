import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { formatEventLine } from '../../cli/event-lines.ts';
import { createLineFilter } from '../../cli/line-filter.ts';
import { formatLiveLines } from '../../cli/live-lines.ts';
import { initialState, trackEvent } from '../../cli/live-state.ts';
import { describeProgress, tasksWithTraffic } from '../../cli/record-progress.ts';
import { listNewDeaths } from '../../cli/task-deaths.ts';
import type { WatchEvent } from '../../cli/watch-event.ts';
import type { WatchedData } from '../../cli/watched-data.ts';
import { findWatchedRollout } from '../../cli/watched-rollout.ts';
import { countRows, measureWidth } from '../../cli/wrap-text.ts';
import type { StageProgress } from '../../core/model/stage-progress.ts';
import type { ServiceDeployment } from '../../core/rollout/observation.ts';
import { ourDeployment, rolloutObservation, serviceWith, stoppedTask } from '../core/rollout/facts.ts';

const at = '2026-11-23T09:00:00.000Z';
const start = Date.parse(at);
const hook = { id: 'ecs-pause-1', waitsFor: 'person', status: 'AWAITING_ACTION' } as const;
const expiring = { ...hook, expiresAt: '2026-11-23T09:41:00.000Z', timeoutAction: 'ROLLBACK' };

const tracked = (changes: Partial<StageProgress> = {}): StageProgress => ({
  since: at,
  stage: 'PRODUCTION_TRAFFIC_SHIFT',
  production: 10,
  reached: 10,
  stepsDone: 1,
  stepsLeft: 1,
  waiting: [],
  failed: [],
  continued: [],
  ...changes,
});
const deployment: ServiceDeployment = {
  arn: 'arn:aws:ecs:eu-west-1:222222222222:service-deployment/web-shop/web/one',
  status: 'IN_PROGRESS',
  lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
  hooks: [],
  strategy: { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 15 } },
  production: 10,
  oldProduction: 90,
};
const progressEvent = (changes: Partial<StageProgress> = {}, shown: Partial<ServiceDeployment> = {}): WatchEvent => ({
  at,
  type: 'progress',
  ...describeProgress(tracked(changes), { ...deployment, ...shown }),
});

const line = (event: WatchEvent): string => stripVTControlCharacters(formatEventLine(event, start));

describe('the line about the progress of a deployment', () => {
  it.each<[string, WatchEvent, string]>([
    [
      'has stage, traffic, step and bake time',
      progressEvent({ bakesUntil: '2026-11-23T09:15:00.000Z' }),
      '  0:00  PRODUCTION_TRAFFIC_SHIFT: the new revision gets 10 % of the traffic (step 1 of 2); bakes until 09:15 UTC at the latest.',
    ],
    [
      'says who must answer, until when, and what happens then',
      progressEvent({
        stage: 'POST_TEST_TRAFFIC_SHIFT',
        production: 0,
        stepsDone: 0,
        stepsLeft: 2,
        waiting: [expiring],
      }),
      '  0:00  POST_TEST_TRAFFIC_SHIFT: the new revision gets 0 % of the traffic.\n        The deployment waits for a person until 09:41 UTC; then ECS rolls it back. Lifecycle hook: ecs-pause-1',
    ],
    [
      'names the command that answers',
      progressEvent({
        stage: undefined,
        production: undefined,
        waiting: [{ ...hook, command: 'gantry continue test/web --hook ecs-pause-1' }],
      }),
      '  0:00  The deployment has begun.\n        The deployment waits for a person. To answer: gantry continue test/web --hook ecs-pause-1',
    ],
    [
      'names the day of an end that is far away',
      progressEvent({
        production: undefined,
        waiting: [
          { ...expiring, waitsFor: 'function', expiresAt: '2026-12-01T09:41:00.000Z', timeoutAction: 'CONTINUE' },
        ],
      }),
      '  0:00  PRODUCTION_TRAFFIC_SHIFT.\n        The deployment waits for a function until 2026-12-01 09:41 UTC; then ECS continues it. Lifecycle hook: ecs-pause-1',
    ],
    [
      'needs no end of the wait',
      progressEvent({ stage: undefined, production: undefined, waiting: [hook] }),
      '  0:00  The deployment has begun.\n        The deployment waits for a person. Lifecycle hook: ecs-pause-1',
    ],
    [
      'says that ECS rolls back',
      progressEvent({}, { status: 'ROLLBACK_IN_PROGRESS' }),
      '  0:00  ECS rolls the deployment back.',
    ],
  ])('%s', (_, event, expected) => {
    expect(line(event)).toBe(expected);
  });

  it('is printed once for each change, and not after a success', () => {
    const select = createLineFilter();
    const events = [
      progressEvent(),
      progressEvent(),
      progressEvent({ production: 100 }),
      progressEvent({}, { status: 'SUCCESSFUL' }),
    ];
    expect(events.map(select).map((event) => event !== undefined)).toEqual([true, false, true, false]);
  });
});

const display = (events: WatchEvent[], columns = 80, rows = 40): string[] =>
  formatLiveLines(events.reduce(trackEvent, initialState), { now: start + 60_000, silentMs: 0 }, { columns, rows }).map(
    stripVTControlCharacters,
  );

describe('the live display of a deployment', () => {
  const waiting = progressEvent({ stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT', bakesUntil: undefined, waiting: [expiring] });
  const { deployments } = {
    deployments: tasksWithTraffic(
      {
        service: serviceWith({
          deployments: [
            ourDeployment({ running: 2, pending: 0 }),
            { ...ourDeployment({ running: 2, pending: 0 }), id: 'ecs-svc/1', status: 'ACTIVE', desired: 2 },
          ],
        }),
        serviceDeployment: deployment,
        stoppedTasks: { tasks: [], complete: true },
      },
      rolloutObservation({}).rollout,
    ),
  };
  const tasks: WatchEvent = { at, type: 'tasks', deployments };

  it('shows both revisions with traffic, the steps with the current one, and the wait with what is left of it', () => {
    expect(display([tasks, waiting])).toEqual([
      '',
      '  old  web:13  ████████████████████  2 left, 90 % of the traffic',
      '  new  web:13  ████████████████████  2/2, 10 % of the traffic',
      '  ✓ start the new tasks',
      '  ✓ shift 10 % of the traffic, then bake 15 min',
      '  ▸ shift 100 % of the traffic',
      '    stop the old tasks',
      '  The deployment waits for a person until 09:41 UTC (40:00 left); then ECS',
      '    rolls it back. Lifecycle hook: ecs-pause-1',
      '  1:00 · PRE_PRODUCTION_TRAFFIC_SHIFT · Ctrl-C only stops watching',
    ]);
  });

  it.each([40, 80, 160])(
    'keeps the command that answers whole on a line of its own, and counts its rows: %i columns',
    (columns) => {
      const command = `gantry continue test/web --hook ecs-pause-${'0a'.repeat(60)}`;
      const answerable = progressEvent({ bakesUntil: undefined, waiting: [{ ...expiring, command }] });
      const lines = display([tasks, answerable], columns);
      expect(lines.filter((line) => line.trim() === command)).toHaveLength(1);
      expect(lines.filter((line) => line.trim() !== command && measureWidth(line) >= columns)).toEqual([]);
      const few = display([tasks, answerable], columns, 12);
      expect(few.reduce((sum, line) => sum + countRows(line, columns), 0)).toBeLessThan(12);
    },
  );

  it('shows what is left of a bake time', () => {
    const baking = progressEvent({ bakesUntil: '2026-11-23T09:15:00.000Z' });
    expect(display([{ at, type: 'state', name: 'Wait For Event' }, baking])).toEqual(
      expect.arrayContaining(['  ▸ shift 10 % of the traffic, then bake 15 min, until 09:15 UTC (14:00 left)']),
    );
  });

  it('says that ECS rolls back instead of the steps, and the state of the execution', () => {
    const state: WatchEvent = { at, type: 'state', name: 'Watch Rollout' };
    expect(display([state, progressEvent({}, { status: 'ROLLBACK_IN_PROGRESS' })])).toEqual([
      '',
      '  ECS rolls the deployment back.',
      '  1:00 · Watch Rollout · Ctrl-C only stops watching',
    ]);
  });

  it('shows a long deployment around its current step', () => {
    const linear = { strategy: 'LINEAR', linearConfiguration: { stepPercent: 3, stepBakeTimeInMinutes: 1 } };
    const lines = display([progressEvent({ stepsDone: 20, stepsLeft: 14, bakesUntil: at }, { strategy: linear })]);
    expect(lines.filter((text) => /…|▸/.test(text)).map((text) => text.trim())).toEqual([
      '… 18 done before',
      '▸ shift 60 % of the traffic, then bake 1 min, until 09:00 UTC (0:00 left)',
      '… 10 more',
    ]);
  });

  it.each([20, 40, 80, 160])('fits into %i columns and 10 rows', (columns) => {
    const lines = display([tasks, waiting], columns, 10);
    expect(lines.length).toBeLessThan(10);
    for (const text of lines) expect(measureWidth(text)).toBeLessThan(columns);
  });

  it('shows neither steps nor traffic of a rolling update', () => {
    expect(display([{ at, type: 'tasks', deployments: [{ ...deployments[0]!, traffic: undefined }] }])).toHaveLength(3);
  });
});

const crashed = (id: number, seconds: number, exitCode = 1) =>
  stoppedTask({
    arn: `arn:aws:ecs:eu-west-1:222222222222:task/web-shop/${String(id).padStart(32, '0')}`,
    stoppedAt: new Date(start + seconds * 1000),
    stoppingAt: undefined,
    containers: [{ name: 'app', exitCode }],
  });

describe('the deaths of tasks', () => {
  it('are counted by cause, oldest first, and only new ones are listed', () => {
    const all = [crashed(2, 20), crashed(1, 10), crashed(3, 30, 137), crashed(4, 40)];
    const deaths = listNewDeaths(all, all.slice(1));
    expect(deaths.map(({ task, count }) => [Number(task.split('/').at(-1)), count])).toEqual([
      [1, 1],
      [3, 1],
      [4, 3],
    ]);
  });

  it.each([
    [
      'a task that is no longer needed',
      { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/1)' },
      0,
    ],
    [
      'an unhealthy task',
      { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Task failed container health checks' },
      1,
    ],
    ['a task that somebody stopped', { stopCode: 'UserInitiated', stoppedReason: 'a test' }, 1],
    [
      'a task that cannot start',
      { stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError: not found' },
      1,
    ],
    [
      'a task without a reason or a time',
      { stopCode: undefined, stoppedReason: undefined, stoppedAt: undefined, stoppingAt: undefined },
      1,
    ],
  ])('%s counts as one: %o', (_, changes, count) => {
    const task = { ...crashed(1, 10), containers: [], ...changes };
    expect(listNewDeaths([task], [task])).toHaveLength(count);
  });

  const death = (count: number): WatchEvent => ({
    at,
    type: 'task-stopped',
    task: crashed(1, 1).arn,
    taskDefinition: 'arn:aws:ecs:eu-west-1:222222222222:task-definition/web:13',
    cause: 'Essential container in task exited: app exited with code 1',
    count,
  });

  it('have a line each at first, and then one whenever their number has doubled', () => {
    const select = createLineFilter();
    const printed = Array.from({ length: 200 }, (_, index) => index + 1).filter((count) => select(death(count)));
    expect(printed).toEqual([1, 2, 3, 4, 5, 8, 16, 32, 64, 128]);
  });

  it('have a line with the cause and the count, and a total in the live display', () => {
    expect(line(death(1))).toBe(
      '  0:00  Task 00000000 of web:13 stopped: Essential container in task exited: app exited with code 1.',
    );
    expect(line(death(8))).toMatch(/code 1 \(8 so far\)\.$/);
    expect(display([death(1)])[1]).toMatch(/^ {2}1 task stopped: Essential container/);
    expect(display([death(1), death(2)])[1]).toMatch(/^ {2}2 tasks stopped: /);
  });
});

describe('the deployment that is watched', () => {
  const rollout = { deploymentId: 'ecs-svc/2', taskDefinition: 'web:2', startedAt: at };
  const following = { ...rollout, deploymentId: 'ecs-svc/3' };
  const verdict = { outcome: 'going on', serviceDeploymentArn: 'arn:2' };
  const restoring = {
    sentence: 'It is back.',
    deploymentId: 'ecs-svc/4',
    deploymentStartedAt: at,
    taskDefinition: 'web:1',
  };
  it.each<[string, Partial<WatchedData>, string | undefined, string | undefined]>([
    ['none before the service is updated', {}, undefined, undefined],
    ['the own one', { rollout, verdict }, 'ecs-svc/2', 'arn:2'],
    ['a newer one with the same images', { rollout, verdict: { ...verdict, following } }, 'ecs-svc/3', 'arn:2'],
    ['the one that restores a revision', { rollout, verdict, rollback: restoring }, 'ecs-svc/4', undefined],
    [
      'its entry in the history once it is known',
      { rollout, verdict, rollback: restoring, rollbackOutcome: { serviceDeploymentArn: 'arn:4' } },
      'ecs-svc/4',
      'arn:4',
    ],
    ['the own one that ECS rolls back', { rollout, verdict, rollback: { sentence: 'Stopped.' } }, 'ecs-svc/2', 'arn:2'],
  ])('is %s', (_, data, deploymentId, arn) => {
    const watched = findWatchedRollout(data);
    expect([watched?.rollout.deploymentId, watched?.serviceDeploymentArn]).toEqual([deploymentId, arn]);
  });

  it.each([
    ['IN_PROGRESS', 'PRIMARY', 10],
    ['ROLLBACK_IN_PROGRESS', 'ACTIVE', 10],
    ['SUCCESSFUL', 'PRIMARY', 10],
    ['SUCCESSFUL', 'ACTIVE', undefined],
    ['STOPPED', 'ACTIVE', undefined],
  ])('has its traffic if it is %s and %s', (status, place, traffic) => {
    const service = serviceWith({ deployments: [ourDeployment({ status: place })] });
    const found = { service, serviceDeployment: { ...deployment, status }, stoppedTasks: 'denied' as const };
    expect(tasksWithTraffic(found, rolloutObservation({}).rollout)[0]?.traffic).toBe(traffic);
  });
});
