import type { Cell, CellAction, RunningRelease } from '../../core/board/cell-data.ts';
import type { BoardData, BoardRow, ColumnPromotion, ReleaseLine } from '../../core/board/data.ts';
import type { ReleaseDetails } from '../../core/board/details-data.ts';
import type { BoardMetrics, DailyCount } from '../../core/board/metrics-data.ts';

/** The time of the sample. */
export const at = '2026-11-29T14:05:00Z';

/** Returns a time `seconds` before the sample's. */
export const ago = (seconds: number): string => new Date(Date.parse(at) - seconds * 1000).toISOString();
export const ahead = (seconds: number): string => ago(-seconds);
const [minute, hour, day] = [60, 3600, 86_400];

const running = (revision: string, change: Partial<RunningRelease> = {}): RunningRelease => ({
  revision,
  commit: { id: '4f2c1a9b7d3e5f60718293a4b5c6d7e8f9012345', summary: 'Round totals once, at the end of the order' },
  images: [
    {
      container: 'app',
      image: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/web-shop:4f2c1a9',
      digest: 'sha256:9b31c0de51a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c',
    },
  ],
  since: ago(2 * day + 5 * hour),
  by: 'pipeline web-shop',
  tasks: { desired: 2, running: 2, pending: 0 },
  ...change,
});

export const actions = (target: string, change: Partial<CellAction> = {}): CellAction[] => [
  { kind: 'redeploy', command: `gantry redeploy ${target}`, available: true, ...change },
  {
    kind: 'rollback',
    command: `gantry rollback ${target}`,
    available: true,
    choices: [
      { id: 'web:40', label: 'web:40, worked until 2 days ago' },
      { id: 'web:38', label: 'web:38' },
    ],
    ...change,
  },
];

/** Returns a cell at rest, with the changes of a test. */
export const cell = (target: string, change: Partial<Cell> = {}): Cell => ({
  target,
  state: 'at rest',
  running: { value: running('web:41'), readAt: ago(12) },
  ledgerReadAt: ago(50),
  badges: [],
  actions: actions(target),
  release: 'deploy-41',
  ...change,
});

export const inProgress = (target: string): Cell =>
  cell(target, {
    state: 'in progress',
    sentence: 'web:42 takes over from web:41: 1 of 2 tasks are running, and 25 % of the traffic is on it.',
    progress: {
      step: 'Watch Rollout',
      stage: 'PRODUCTION_TRAFFIC_SHIFT',
      new: { revision: 'web:42', desired: 2, running: 1, pending: 1, traffic: 25 },
      old: [{ revision: 'web:41', desired: 2, running: 2, pending: 0, traffic: 75 }],
      steps: [
        { percent: 10, state: 'done' },
        { percent: 25, state: 'current' },
        { percent: 50, state: 'left' },
        { percent: 100, state: 'left' },
      ],
      bakesUntil: ahead(8 * minute),
      waits: [],
      readAt: ago(4),
    },
    badges: [{ kind: 'lease', text: 'lease held by deploy-42 for 3 min' }],
    actions: actions(target, { available: false, why: 'A release of web is in progress. Wait for its end.' }),
  });

export const waiting = (target: string): Cell =>
  cell(target, {
    state: 'waiting',
    sentence: 'Waits for an approval of the pipeline web-shop before it deploys to prod.',
    progress: {
      old: [],
      steps: [],
      waits: [
        {
          for: 'an approval in the stage Approve of the pipeline web-shop',
          since: ago(42 * minute),
          until: ahead(6 * day),
          otherwise: 'CodePipeline fails the stage, and prod keeps web:39',
        },
      ],
      readAt: ago(4),
    },
    actions: [
      {
        kind: 'approve',
        command: 'aws codepipeline put-approval-result --pipeline-name web-shop --stage-name Approve',
        available: true,
      },
      ...actions(target),
    ],
    behind: { column: 'test', count: 3, unit: 'commits' },
  });

export const log = [
  '2026-11-29T13:58:02Z starting on port 8080',
  'Error: connect ECONNREFUSED 10.0.12.7:5432',
  '    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)',
  'exit 1',
];

export const failed = (target: string): Cell =>
  cell(target, {
    state: 'failed',
    sentence: 'Failed: three tasks of api:18 stopped with "Essential container in task exited", exit code 1.',
    running: {
      value: running('api:17', { since: ago(9 * day), tasks: { desired: 4, running: 3, pending: 1 } }),
      readAt: ago(8),
    },
    failure: {
      release: 'deploy-api-18',
      reason: 'The container app of three tasks of api:18 exited with code 1 within a minute of its start.',
      log,
      standsNow: 'api runs api:17 again, with 3 of 4 tasks; Gantry rolled it back 4 minutes ago.',
    },
    badges: [{ kind: 'alarm', text: 'api-5xx is in ALARM', readAt: ago(25) }],
    release: 'deploy-api-18',
  });

export const promotion: ColumnPromotion = {
  from: 'test',
  commits: [
    { id: '4f2c1a9b7d3e5f60', summary: 'Round totals once, at the end of the order' },
    { id: '1c9e7720aa31bc44', summary: 'Read the price list from the new table' },
    { id: '88b03d51fe02c9d7', summary: 'Remove the old price list' },
  ],
  images: [
    {
      container: 'app',
      from: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/web-shop@sha256:1f0d3c5e51a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c',
      to: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/web-shop@sha256:9b31c0de51a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c',
    },
  ],
  fields: ['containerDefinitions[app].environment.PRICE_TABLE', 'memory'],
};

const row = (id: string, cells: Record<string, Cell>, promotions: BoardRow['promotions'] = {}): BoardRow => ({
  id,
  cells,
  promotions,
});

const nothing: ColumnPromotion = { from: 'test', commits: [], images: [], fields: [] };

export const line = (id: string, change: Partial<ReleaseLine> = {}): ReleaseLine => ({
  id,
  target: 'test/web',
  kind: 'deploy',
  result: 'Succeeded',
  start: ago(2 * day),
  end: ago(2 * day - 4 * minute),
  by: 'pipeline web-shop',
  commit: { id: '4f2c1a9b7d3e5f60', summary: 'Round totals once, at the end of the order' },
  before: 'web:40',
  after: 'web:41',
  ...change,
});

const latest: ReleaseLine[] = [
  line('deploy-42', { result: undefined, end: undefined, start: ago(4 * minute), after: 'web:42' }),
  line('deploy-api-18', {
    target: 'prod/api',
    result: 'RolledBack',
    start: ago(19 * minute),
    end: ago(11 * minute),
    reason: 'The container app of three tasks of api:18 exited with code 1 within a minute of its start.',
  }),
  line('rollback-7', {
    target: 'prod/worker',
    kind: 'rollback',
    by: 'alice',
    asked: 'The queue grows.',
    start: ago(7 * hour),
    end: ago(7 * hour - 90),
    commit: undefined,
    after: 'worker:33',
  }),
  line('deploy-41'),
  line('deploy-40', { result: 'Superseded', start: ago(3 * day), end: ago(3 * day - 100) }),
];

const daily = (seed: number): DailyCount[] =>
  Array.from({ length: 90 }, (_, index) => {
    const number = (index * 7919 + seed * 104_729) % 11;
    return {
      day: ago((89 - index) * day).slice(0, 10),
      succeeded: index % 7 > 4 ? 0 : number % 5,
      failed: number === 9 ? [`failed-${seed}-${index}`] : [],
      ...(number > 5 && { leadTimeSeconds: 900 + number * 240 }),
    };
  });

const metrics = (seed: number, column?: string): BoardMetrics => ({
  column,
  days: 90,
  deployments: 118 / seed,
  deploymentsPerWeek: 9.2 / seed,
  leadTimeSeconds: 2580,
  failureRate: 0.068,
  recoverySeconds: 410,
  daily: daily(seed),
});

const columns = ['test', 'staging', 'prod'].map((id, index) => ({
  id,
  account: `${index + 2}`.repeat(12),
  region: 'eu-west-1',
  cluster: 'shop',
}));

/** A board with every state. */
export const sampleBoard: BoardData = {
  at,
  title: 'gantry-production',
  columns,
  rows: [
    row(
      'web',
      { test: inProgress('test/web'), staging: cell('staging/web'), prod: waiting('prod/web') },
      { staging: nothing, prod: { ...promotion, from: 'staging' } },
    ),
    row(
      'api',
      { test: cell('test/api'), staging: cell('staging/api'), prod: failed('prod/api') },
      { staging: { ...promotion, commits: promotion.commits.slice(1) }, prod: nothing },
    ),
    row(
      'worker',
      {
        test: cell('test/worker', {
          badges: [
            { kind: 'drift', text: 'worker:35 was deployed by terraform, not by Gantry' },
            { kind: 'schedules', text: '2 schedules still run worker:31' },
          ],
        }),
        prod: cell('prod/worker', {
          running: { value: running('worker:33', { by: 'alice', commit: undefined }), readAt: ago(40) },
          behind: { column: 'test', count: 12, unit: 'releases' },
          badges: [{ kind: 'events', text: 'no event of prod has arrived since 3 h' }],
        }),
      },
      { prod: { ...promotion, commits: [], problem: 'The commits of test are not known.' } },
    ),
    row('mailer', {
      test: cell('test/mailer', {
        state: 'unreadable',
        sentence: 'AccessDenied: gantry-board may not assume the role test-read-only.',
        running: { problem: 'AccessDenied: gantry-board may not assume the role test-read-only.', readAt: ago(20) },
        actions: [],
        release: undefined,
      }),
      staging: cell('staging/mailer', {
        state: 'missing',
        running: { readAt: ago(20), problem: 'The cluster shop has no service mailer.' },
        actions: [],
        release: undefined,
      }),
      prod: cell('prod/mailer', { state: 'loading', running: {}, actions: [], release: undefined }),
    }),
  ],
  latest,
  metrics: [metrics(1), metrics(2, 'test'), metrics(2, 'staging'), metrics(2, 'prod')],
  problems: [
    { about: 'prod', text: 'The services that match shop-* cannot be listed: AccessDenied.', readAt: ago(30) },
  ],
};

/** The details of a release of the sample. */
export const detailsOf = (id: string): ReleaseDetails => ({
  line: latest.find((one) => one.id === id) ?? line(id),
  timeline: {
    readAt: ago(3),
    value: [
      { at: ago(19 * minute), text: 'Check Target', source: 'gantry' },
      { at: ago(18.5 * minute), text: 'Register Revision: api:18', source: 'gantry' },
      {
        at: ago(18 * minute),
        text: '(service api) has started 2 tasks: (task 0c1d2e3f) (task 4a5b6c7d).',
        source: 'ecs',
      },
      {
        at: ago(14 * minute),
        text: '(service api) (task 0c1d2e3f) failed: Essential container in task exited',
        source: 'ecs',
      },
      { at: ago(11 * minute), text: 'Report Failure', source: 'gantry' },
    ],
  },
  changes: {
    readAt: ago(3),
    value: [
      { field: 'containerDefinitions[app].image', before: '…/api@sha256:1f0d', after: '…/api@sha256:9b31' },
      { field: 'containerDefinitions[app].environment.PRICE_TABLE', hidden: 'changed' },
      { field: 'memory', before: '512', after: '1024' },
    ],
  },
  links: [
    { label: 'Execution in Step Functions', url: 'https://eu-west-1.console.aws.amazon.com/states/home#/executions' },
    { label: 'Service in ECS', url: 'https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/shop' },
  ],
  commands: [
    { label: 'Follow it', command: 'gantry watch prod/api' },
    { label: 'Show the log of the state machine', command: 'gantry history prod/api --last 1' },
  ],
  ...(id === 'deploy-api-18' && { failure: failed('prod/api').failure }),
});
