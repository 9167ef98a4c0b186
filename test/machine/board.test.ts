import { beforeAll, expect, it, vi } from 'vitest';
import type { Collector } from '../../board/collect/collector.ts';
import type { Cell } from '../../core/board/cell-data.ts';
import { validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { setCredentials } from '../cli/terminal.ts';
import { deployTo } from '../example-config.ts';
import { startReleaseSystem } from './release-system.ts';

/** Forty services: twenty in each of two accounts, and one pipeline with an approval. */
const services = Array.from({ length: 20 }, (_, at) => ({
  name: at === 0 ? 'web' : `s${at}`,
  containers: ['app'],
  executionRole: 'web-execution',
  taskRoles: ['web-task'],
  create: {},
  ...(at === 0 && { alarms: ['web-5xx'] }),
}));
const targets = example.targets.map((target) => ({ ...target, services }));
const config = validateConfig({
  ...example,
  targets,
  pipelines: deployTo(
    example.pipelines,
    targets.map((one) => ({ ...one, services: services.slice(0, 1) })),
  ),
});

let system: Awaited<ReturnType<typeof startReleaseSystem>>;
const calls: { at: number; operation: string; caller: string }[] = [];

beforeAll(async () => {
  system = await startReleaseSystem(config);
  const metric = { MetricName: '5xx', Namespace: 'Web', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1 };
  const rule = { Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' };
  await system.testAccount('monitoring', 'PutMetricAlarm', { AlarmName: 'web-5xx', ...metric, ...rule });
  await system.testAccount('monitoring', 'SetAlarmState', {
    AlarmName: 'web-5xx',
    StateValue: 'OK',
    StateReason: 'ok',
  });
  setCredentials(system);
  process.env.TABLE = system.system.table.name;
  const { account } = system.system;
  const isReader = (arn: string) =>
    /assumed-role\/[\w-]+-viewer\//.test(arn) || arn === `arn:aws:iam::${account}:user/admin`;
  system.cloud.faultHooks = {
    call(request, go) {
      const { arn } = request.as.caller;
      if (isReader(arn)) calls.push({ at: system.clock.now(), operation: request.operation, caller: arn });
      return go();
    },
    event: (_, go) => go(),
    run: (_, go) => go(),
  };
});

const minute = 60_000;

async function pass(seconds: number): Promise<void> {
  let isOver = false;
  system.clock.after(seconds * 1000, () => {
    isOver = true;
  });
  await system.clock.advanceUntil(() => isOver);
}

/** Lets time pass with a tick every five seconds, and returns the number of calls in each minute. */
async function watch(collector: Collector, minutes: number, each: () => void = () => {}): Promise<number[]> {
  const from = system.clock.now();
  for (let at = 0; at < minutes * minute; at += 5000) {
    await pass(5);
    await collector.tick();
    each();
  }
  return Array.from(
    { length: minutes },
    (_, at) => calls.filter((call) => call.at > from + at * minute && call.at <= from + (at + 1) * minute).length,
  );
}

/** Starts a board in a process of its own, which has no sessions of an earlier board. `offset`: how far the local clock is ahead, in ms. */
async function startBoard(offset = 0): Promise<Collector> {
  vi.resetModules();
  const { createCollector } = await import('../../board/collect/collector.ts');
  const collector = createCollector(config, 'production', () => new Date(system.clock.now() + offset));
  for (let ticks = 0; ticks < 5; ticks += 1) await collector.tick();
  return collector;
}
const cellOf = (collector: Collector, target: string) => {
  const [column = '', row] = target.split('/');
  return collector.data().rows.find(({ id }) => id === row)!.cells[column]!;
};

const targetsIn = (collector: Collector, state: Cell['state']): string[] =>
  collector
    .data()
    .rows.flatMap(({ cells }) => Object.values(cells))
    .filter((cell) => cell.state === state)
    .map(({ target }) => target);

it('forty services at rest take at most forty calls a minute, and one in motion takes at most six', async () => {
  await pass(60);
  const collector = await startBoard();
  expect(targetsIn(collector, 'at rest')).toHaveLength(40);
  const atRest = await watch(collector, 6);
  expect(Math.max(...atRest)).toBeLessThanOrEqual(40);
  expect(Math.min(...atRest)).toBeGreaterThan(0);
  const image = await system.push('healthy', { startSeconds: 60 });
  await system.begin({ target: 'test/web', images: [{ name: 'app', imageUri: image }], by: 'jo' });
  const seen: Cell[] = [];
  const inMotion = await watch(collector, 6, () => seen.push(cellOf(collector, 'test/web')));
  expect(Math.max(...inMotion)).toBeLessThanOrEqual(39 + 6);
  expect(new Set(seen.map(({ state }) => state))).toEqual(new Set(['at rest', 'in progress']));
  expect(seen.flatMap(({ badges }) => badges)).toEqual([]);
  expect(seen.map(({ sentence }) => sentence)).toContainEqual(
    expect.stringMatching(
      /^Deployment ecs-svc\/\d+ of web:2: 0 of 2 tasks of web:2 run; 2 of web:1; 2 of web:2 are pending\.$/,
    ),
  );
  expect(seen.at(-1)).toMatchObject({ running: { value: { revision: 'web:2', by: 'jo' } } });
});

it('a failed release shows the words of the console, the end of its log, and where the service is now', async () => {
  const collector = await startBoard();
  const image = await system.push('crash', { startSeconds: 2, then: 'crash', exitCode: 1, log: ['Error: no basket'] });
  const ended = await system.release(image);
  await watch(collector, 3);
  const { state, failure, sentence } = cellOf(collector, 'test/web');
  expect(state).toBe('failed');
  expect(ended.cause).toContain(sentence);
  expect(failure?.log).toContain('  Error: no basket');
  expect(failure?.standsNow).toMatch(/^web:\d+ \(2 of 2 tasks of web:\d+ run\)$/);
  const data = collector.data();
  expect(data.latest[0]).toMatchObject({ target: 'test/web', result: 'RolledBack', reason: sentence });
  expect(data.metrics[1]?.daily.at(-1)?.failed).toEqual([data.latest[0]?.id]);
});

it('a target that cannot be read says why, and the others go on; a service that is deleted meanwhile is missing', async () => {
  const collector = await startBoard();
  const role = system.cloud.iam.roles.get('arn:aws:iam::333333333333:role/prod-deployment-viewer')!;
  const { trust } = role;
  role.trust = { Version: '2012-10-17', Statement: [] };
  await system.testAccount('ecs', 'DeleteService', { cluster: 'web-shop', service: 's5', force: true });
  const first = await startBoard();
  expect(targetsIn(first, 'unreadable')).toHaveLength(20);
  expect(cellOf(first, 'prod/web').sentence).toContain('cannot be assumed');
  const later = system.clock.now();
  const counts = await watch(first, 4);
  expect(Math.max(...counts)).toBeLessThanOrEqual(40);
  expect(Date.parse(cellOf(first, 'test/web').running.readAt!)).toBeGreaterThan(later);
  await watch(collector, 1);
  expect(cellOf(collector, 'test/s5')).toMatchObject({
    state: 'missing',
    sentence: expect.stringMatching(/INACTIVE|no service/),
  });
  role.trust = trust;
  await watch(first, 10);
  expect(cellOf(first, 'prod/web').state).toBe('at rest');
});

it('a service that the viewer role may not read says so, and the others of its cluster are read alone', async () => {
  const role = system.cloud.iam.roles.get('arn:aws:iam::222222222222:role/test-deployment-viewer')!;
  const { policies } = role;
  const deny = {
    Sid: 'Deny',
    Effect: 'Deny',
    Action: '*',
    Resource: 'arn:aws:ecs:eu-west-1:222222222222:service/web-shop/s7',
  };
  role.policies = { ...policies, deny: { Version: '2012-10-17', Statement: [deny] } };
  const collector = await startBoard();
  const counts = await watch(collector, 3);
  expect(targetsIn(collector, 'unreadable')).toEqual(['test/s7']);
  expect(cellOf(collector, 'test/s7').sentence).toContain('ecs:DescribeServices');
  expect(Math.max(...counts)).toBeLessThanOrEqual(45);
  role.policies = policies;
});

it('an alarm in ALARM is a badge, with the reason of CloudWatch', async () => {
  const state = { AlarmName: 'web-5xx', StateValue: 'ALARM', StateReason: 'Threshold crossed' };
  await system.testAccount('monitoring', 'SetAlarmState', state);
  const collector = await startBoard();
  expect(cellOf(collector, 'test/web').badges).toContainEqual({
    kind: 'alarm',
    text: 'In ALARM: alarm web-5xx. Threshold crossed',
    readAt: expect.any(String),
  });
});

it.each([
  ['behind', -3_600_000],
  ['ahead', 3_600_000],
])("with a local clock an hour %s, the board has AWS's time and makes no more calls", async (_, offset) => {
  const collector = await startBoard(offset);
  const counts = await watch(collector, 3);
  expect(Math.max(...counts)).toBeLessThanOrEqual(45);
  expect(Math.abs(Date.parse(collector.data().at) - system.clock.now())).toBeLessThan(60_000);
});
