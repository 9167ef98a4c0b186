import { expect, it } from 'vitest';
import { createBoardCell } from '../../../core/board/cell.ts';
import type { Cell } from '../../../core/board/cell-data.ts';
import { isResultUnread } from '../../../core/board/choose-state.ts';
import { trackObservedStages } from '../../../core/board/progress.ts';
import type { LedgerEntry } from '../../../core/reporting/ledger.ts';
import { getOwnInstallation } from '../../../core/task-definition/installation.ts';
import {
  newerDeployment,
  ourDeployment,
  pauseHook,
  previousDeployment,
  secondsAfterStart,
  serviceDeployment,
} from '../rollout/facts.ts';
import {
  config,
  contextWith,
  entry,
  executionArn,
  type ObservationChanges,
  observation,
  readAt,
  revisionOf,
} from './facts.ts';

const own = getOwnInstallation(config);
const describe = (changes: ObservationChanges = {}, target = 'test/web'): Cell =>
  createBoardCell(observation(target, changes), contextWith(), { config, own });

const rolling = { deployments: [ourDeployment(), previousDeployment()] };
const open = entry('b', [-5], { execution: executionArn('now'), after: undefined });
const denied = { problem: 'AWS refused us while describing the service web.' };
const held = { holder: executionArn('now'), fence: 3, until: secondsAfterStart(180).toISOString() };
const approval = {
  pipeline: 'web-shop-production',
  stage: 'Deploy-prod',
  action: 'Approve',
  since: readAt,
  until: secondsAfterStart(7200 + 7 * 86_400).toISOString(),
  readAt,
};

it.each<[what: string, changes: ObservationChanges, state: Cell['state'], sentence: string | undefined]>([
  ['a steady service is at rest', {}, 'at rest', undefined],
  ['a service that Gantry never deployed is at rest', { entries: [] }, 'at rest', undefined],
  [
    'a rollout of Gantry is in progress',
    { service: rolling, entries: [open], running: { step: 'Watch Rollout' } },
    'in progress',
    'Deployment ecs-svc/2 of web:13: 1 of 2 tasks of web:13 runs; 2 of web:12; 1 of web:13 is pending.',
  ],
  [
    "somebody else's rollout is in progress, also if the ledger cannot be read",
    { service: rolling, table: { problem: 'denied' } },
    'in progress',
    'Deployment ecs-svc/2 of web:13: 1 of 2 tasks of web:13 runs; 2 of web:12; 1 of web:13 is pending.',
  ],
  [
    'a release before its rollout is in progress, in the state that it has entered',
    { entries: [open], running: { step: 'Register Revision' } },
    'in progress',
    'Register Revision',
  ],
  [
    'a lease without an entry is in progress',
    { table: { readAt, value: { entries: [], lease: held } } },
    'in progress',
    `${held.holder} is changing the service, until 2026-11-23 09:03:00 UTC at most.`,
  ],
  [
    'a lease whose holder has ended is free',
    { table: { readAt, value: { entries: [entry('a', [0, 9], { execution: held.holder })], lease: held } } },
    'at rest',
    undefined,
  ],
  [
    'a release behind another one waits for the lease',
    {
      entries: [open],
      running: { lease: { status: 'waiting', holder: executionArn('other'), since: readAt, waitSeconds: 12 } },
    },
    'waiting',
    `Waiting for the lease: ${executionArn('other')} is changing the service.`,
  ],
  [
    'a rollout waits for a person',
    {
      service: { ...rolling, shiftsTraffic: true },
      deployment: {
        readAt,
        value: serviceDeployment({ lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT', hooks: [pauseHook()] }),
      },
      entries: [open],
      running: { step: 'Watch Rollout' },
    },
    'waiting',
    'Deployment ecs-svc/2 of web:13 still waits: the lifecycle hook ecs-pause-1 waits for somebody to continue it in the stage POST_TEST_TRAFFIC_SHIFT; at 2026-11-23 10:00:00 UTC, ECS rolls the deployment back; it is in the stage POST_TEST_TRAFFIC_SHIFT; 1 of 2 tasks of web:13 runs; 2 of web:12; 1 of web:13 is pending.',
  ],
  [
    'a pause hook that was waiting when a deployment was read last is over with the deployment',
    {
      service: { shiftsTraffic: true },
      deployment: {
        readAt,
        value: serviceDeployment({ lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT', hooks: [pauseHook()] }),
      },
    },
    'at rest',
    undefined,
  ],
  [
    'a pause hook in the data of an execution that has ended is over, too',
    {
      service: { shiftsTraffic: true },
      ended: {
        verdict: {
          outcome: 'going on',
          waitSeconds: 60,
          serviceStatus: { taskDefinition: 'web:13', desired: 2, running: 2, pending: 0 },
          progress: {
            since: readAt,
            reached: 10,
            stepsDone: 1,
            stepsLeft: 1,
            waiting: [pauseHook()],
            failed: [],
            continued: [],
          },
        },
      },
    },
    'at rest',
    undefined,
  ],
  [
    'an approval holds a release up',
    { approvals: [approval] },
    'waiting',
    'Waits for approval of the action Approve in the stage Deploy-prod of the pipeline web-shop-production.',
  ],
  [
    'an approval holds a release up after another one has ended, whose data says nothing about it',
    {
      approvals: [approval],
      ended: { rollout: { deploymentId: 'ecs-svc/2', taskDefinition: 'web:13', startedAt: readAt } },
    },
    'waiting',
    'Waits for approval of the action Approve in the stage Deploy-prod of the pipeline web-shop-production.',
  ],
  [
    'an execution that has ended since it was read, as its ledger entry says, holds nothing up',
    {
      service: { shiftsTraffic: true },
      entries: [entry('b', [-60, 60], { execution: executionArn('now') })],
      running: {
        verdict: {
          outcome: 'wait',
          at: readAt,
          progress: {
            since: readAt,
            stage: 'PRE_SCALE_UP',
            reached: 0,
            stepsDone: 0,
            stepsLeft: 0,
            waiting: [{ id: 'ecs-pause-1', waitsFor: 'person', status: 'AWAITING_ACTION' }],
          },
        } as never,
      },
    },
    'at rest',
    undefined,
  ],
  [
    'a hook of a deployment that has ended since it was read holds nothing up',
    {
      service: { shiftsTraffic: true },
      deployment: {
        readAt,
        value: serviceDeployment({ lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT', hooks: [pauseHook()] }),
      },
    },
    'at rest',
    undefined,
  ],
  [
    'a failed release shows the first line of its reason',
    { entries: [entry('b', [-60, 60], { result: 'RolledBack', reason: 'It does not stay up.\nStopped tasks: 3.' })] },
    'failed',
    'It does not stay up.',
  ],
  [
    'a failed release is over as soon as somebody deploys',
    {
      service: { deployments: [newerDeployment({ rolloutState: 'COMPLETED', createdAt: secondsAfterStart(600) })] },
      entries: [entry('b', [-60, 60], { result: 'Failed', reason: 'No.' })],
    },
    'at rest',
    undefined,
  ],
  [
    'a release that was refused says nothing about the service',
    { entries: [entry('b', [90, 91], { result: 'Failed', after: undefined }), entry('a', [-60, 60])] },
    'at rest',
    undefined,
  ],
  [
    "somebody else's deployment that ECS gave up has failed",
    {
      entries: [],
      service: {
        deployments: [ourDeployment({ rolloutState: 'FAILED', rolloutStateReason: 'tasks failed to start.' })],
      },
    },
    'failed',
    'tasks failed to start.',
  ],
  [
    'a service that is not there is missing',
    { service: { status: 'MISSING', deployments: [] } },
    'missing',
    'There is no service web in the cluster web-shop (eu-west-1).',
  ],
  [
    'a deleted service is missing',
    { service: { status: 'INACTIVE', deployments: [] } },
    'missing',
    'The service is INACTIVE and no longer takes deployments.',
  ],
])('%s', (_, changes, state, sentence) => {
  expect(describe(changes)).toMatchObject({ state, sentence });
});

it.each([
  ['nothing was read yet', {}, 'loading', undefined],
  ['the first read failed', denied, 'unreadable', denied.problem],
])('without a service because %s, a cell says so', (_, service, state, sentence) => {
  const seen = { ...observation(), service };
  expect(createBoardCell(seen, contextWith(), { config, own })).toMatchObject({
    state,
    sentence,
    running: { ...service },
  });
});

it('a service that waits for an approval while nothing is rolled out has no new and no old tasks', () => {
  expect(describe({ approvals: [approval] }).progress).toMatchObject({ new: undefined, old: [] });
});

it('an approval has the time at which the pipeline was read, not that of the service', () => {
  const later = secondsAfterStart(7230).toISOString();
  const { progress } = describe({ approvals: [{ ...approval, readAt: later }] });
  expect(progress).toMatchObject({ readAt, waits: [{ readAt: later }] });
});

it.each<[what: string, entries: LedgerEntry[], ended: boolean, tableReadAt: number, unread: boolean]>([
  ['the execution has ended after the ledger was read', [open], true, 7100, true],
  ['the ledger has been read since, and has no end', [open], true, 7300, false],
  ['the execution runs', [open], false, 7100, false],
  ['the ledger says how it ended', [{ ...open, end: readAt }], true, 7100, false],
])('a result is unread only after the end of an execution: %s', (_, entries, ended, tableReadAt, unread) => {
  const seen = observation('test/web', { entries, ...(ended ? { ended: {} } : { running: {} }) });
  const table = { ...seen.table, readAt: secondsAfterStart(tableReadAt).toISOString() };
  expect(isResultUnread({ ...seen, table })).toBe(unread);
});

it('a cell keeps what was read before, with its age and the problem since then', () => {
  const seen = observation();
  const cell = createBoardCell({ ...seen, service: { ...seen.service, ...denied } }, contextWith(), { config, own });
  expect(cell).toMatchObject({ state: 'at rest', running: { readAt, ...denied, value: { revision: 'web:13' } } });
});

it('a cell at rest says who released which commit, since when, and how many tasks run', () => {
  expect(describe().running.value).toEqual({
    revision: 'web:13',
    commit: { id: 'a'.repeat(40), summary: 'Change a' },
    images: [{ container: 'app', image: expect.stringContaining('@sha256:aaa'), digest: `sha256:${'a'.repeat(64)}` }],
    since: '2026-11-23T09:00:00.000Z',
    by: 'web-shop-production',
    tasks: { desired: 2, running: 2, pending: 0 },
  });
});

it('a failed cell shows the end of the log, and where the service is now', () => {
  const log = {
    container: 'app',
    task: `arn:aws:ecs:eu-west-1:222222222222:task/web-shop/${'0'.repeat(32)}`,
    lines: ['Error: no'],
  };
  const failed = entry('b', [-60, 60], { execution: executionArn('now'), result: 'RolledBack', reason: 'No.' });
  const status = { taskDefinition: revisionOf('test/web', 'web:13'), desired: 2, running: 2, pending: 0 };
  const verdict = {
    outcome: 'failed' as const,
    reason: 'No.',
    rollBack: 'gantry' as const,
    at: readAt,
    log,
    serviceStatus: status,
  };
  const { failure } = describe({ entries: [failed], ended: { verdict } });
  expect(failure).toEqual({
    release: 'test/web:deploy:now',
    reason: 'No.',
    log: ['The log of app in task 00000000 ends with:', '  Error: no'],
    standsNow: 'web:13 (2 of 2 tasks of web:13 run)',
  });
});

it('a failed cell shows no log if the service does not allow it any more', () => {
  const log = { container: 'app', task: 'x', lines: ['Error: no'] };
  const failed = entry('b', [-60, 60], { execution: executionArn('now'), result: 'Failed', reason: 'No.' });
  const status = { taskDefinition: revisionOf('test/web', 'web:13'), desired: 2, running: 2, pending: 0 };
  const ended: ObservationChanges['ended'] = {
    verdict: { outcome: 'failed', reason: 'No.', rollBack: 'none', at: readAt, log, serviceStatus: status },
  };
  const targets = config.targets.map((target) => ({
    ...target,
    services: target.services.map((service) => ({ ...service, logTail: 'off' as const })),
  }));
  const seen = observation('test/web', { entries: [failed], ended });
  expect(createBoardCell(seen, contextWith(), { config, own }).failure?.log).toHaveLength(2);
  expect(createBoardCell(seen, contextWith(), { config: { ...config, targets }, own }).failure?.log).toBeUndefined();
});

it('a canary shows the traffic of both revisions, its steps and the end of the bake time', () => {
  const strategy = { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 5 } };
  const seen = serviceDeployment({
    lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
    strategy,
    production: 10,
    oldProduction: 90,
  });
  const { progress } = describe({
    service: { ...rolling, shiftsTraffic: true },
    deployment: { readAt, value: seen },
    entries: [open],
    running: {},
  });
  expect(progress).toMatchObject({
    new: { revision: 'web:13', traffic: 10, running: 1 },
    old: [{ revision: 'web:12', traffic: 90, running: 2 }],
    steps: [
      { percent: 10, state: 'current' },
      { percent: 100, state: 'left' },
    ],
    bakesUntil: '2026-11-23T11:05:00.000Z',
  });
});

it('the end of a bake time does not move while the board sees the same stage', () => {
  const strategy = { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 5 } };
  const value = serviceDeployment({ lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT', strategy, production: 10 });
  const seen = observation('test/web', {
    service: { ...rolling, shiftsTraffic: true },
    deployment: { readAt, value },
    entries: [open],
    running: {},
  });
  const first = { ...seen, stages: trackObservedStages(seen, value, secondsAfterStart(100)) };
  const later = { ...first, stages: trackObservedStages(first, value, secondsAfterStart(130)) };
  for (const one of [first, later])
    expect(createBoardCell(one, contextWith(), { config, own }).progress?.bakesUntil).toBe('2026-11-23T09:06:40.000Z');
  const next = { ...value, production: 100 };
  expect(trackObservedStages(later, next, secondsAfterStart(400))?.progress).toMatchObject({
    reached: 100,
    stepsLeft: 0,
  });
});

it('a redeployment is not offered if the configuration does not allow manual deployments, and the reason is that of the command line', () => {
  const targets = config.targets.map((target) => ({ ...target, manualDeploys: 'deny' as const }));
  const cell = createBoardCell(observation(), contextWith(), { config: { ...config, targets }, own });
  expect(cell.actions).toMatchObject([
    { kind: 'redeploy', available: false, why: expect.stringContaining('allows no manual deployments') },
    { kind: 'rollback', available: true },
  ]);
});
