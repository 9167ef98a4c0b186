import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Collector, createCollector } from '../../board/collect/collector.ts';
import { loadPage } from '../../board/page/load-page.ts';
import { main } from '../../cli/main.ts';
import { callsPerMinute } from '../../core/board/plan-reads.ts';
import { type BoardEnvironment, boardConfig, createBoardEnvironment, servicesPerTarget } from './environment.ts';
import { measureFirstPaint, type PaintTimes } from './first-paint.ts';

const services = servicesPerTarget * boardConfig.targets.length;
const minuteMs = 60_000;

/** How often the served board looks for due reads in this benchmark, in simulated seconds. */
const tickSeconds = 5;

/** The number of calls in each minute, and the number of calls of each operation. */
interface CallRates {
  mean: number;
  most: number;
  operations: string;
}

function countOperations(operations: string[]): string {
  const counts = Map.groupBy(operations, (name) => name);
  return [...counts]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([name, { length }]) => `${name} ${length}`)
    .join(', ');
}

/** Lets the board read for some minutes of simulated time. */
async function measureRates(
  { clock, calls, pass }: BoardEnvironment,
  collector: Collector,
  minutes: number,
): Promise<CallRates> {
  const from = clock.now();
  for (let at = 0; at < minutes * minuteMs; at += tickSeconds * 1000) {
    await pass(tickSeconds);
    await collector.tick();
  }
  const since = calls.filter(({ at }) => at > from);
  const counts = Array.from(
    { length: minutes },
    (_, minute) => since.filter(({ at }) => Math.ceil((at - from) / minuteMs) - 1 === minute).length,
  );
  const operations = countOperations(since.map(({ operation }) => operation));
  return { mean: since.length / minutes, most: Math.max(...counts), operations };
}

/** Starts a release of an image that needs two minutes to start, to this number of services, as another user. */
async function startReleases({ admin, system }: BoardEnvironment, count: number): Promise<void> {
  const names = boardConfig.targets.flatMap(({ name, services: own }) => own.map((one) => `${name}/${one.name}`));
  const deploy = admin(system.account);
  for (const target of names.slice(0, count)) {
    const images = [{ name: 'app', imageUri: `public.ecr.aws/nginx/nginx:${randomUUID()}` }];
    const input = JSON.stringify({ target, images });
    await deploy('states', 'StartExecution', { stateMachineArn: system.machine.arn, input });
  }
}

/** Runs `gantry status` once, as a user would without a board; returns its calls. */
async function measureStatus({ clock, calls }: BoardEnvironment): Promise<string[]> {
  const before = calls.length;
  await main(['status'], {
    program: 'gantry',
    loadConfig: () => ({ config: boardConfig, configFile: 'gantry.config.ts' }),
    now: () => new Date(clock.now()),
    sleep: async () => undefined,
    uuid: randomUUID,
    interrupted: new AbortController().signal,
    out: () => undefined,
    err: (text) => process.stderr.write(text),
  });
  return calls.slice(before).map(({ operation }) => operation);
}

const formatBytes = (text: string): string => `${Buffer.byteLength(text)} bytes, ${gzipSync(text).length} gzip`;

const formatRates = (name: string, { mean, most, operations }: CallRates): string =>
  `${name.padEnd(30)} ${mean.toFixed(1).padStart(6)} calls a minute, at most ${String(most).padStart(3)}; ${operations}`;

const formatPaint = (times: PaintTimes | undefined): string =>
  times === undefined
    ? 'not measured: there is no Chromium on the PATH'
    : `first paint after ${times.firstPaint.toFixed(0)} ms, every service after ${times.allServices.toFixed(0)} ms`;

/** Measures and prints the cost of the delivery board with forty services: the time and the calls until it has all data, its calls a minute, and its size. */
export async function measureBoard(): Promise<void> {
  const environment = await createBoardEnvironment();
  const { clock, calls } = environment;
  const collector = createCollector(boardConfig, 'production', () => new Date(clock.now()));
  const startedAt = performance.now();
  await collector.tick();
  const cellsMs = performance.now() - startedAt;
  for (let rounds = 0; rounds < 8 && !collector.state.isLoaded; rounds += 1) await collector.tick();
  const firstMs = performance.now() - startedAt;
  const first = calls.splice(0).map(({ operation }) => operation);
  const assembledAt = performance.now();
  const bytes = JSON.stringify(collector.data());
  const answerMs = performance.now() - assembledAt;
  const page = await loadPage();
  const paint = await measureFirstPaint(page, boardConfig, collector.data);
  const atRest = await measureRates(environment, collector, 10);
  await startReleases(environment, 1);
  const one = await measureRates(environment, collector, 4);
  await environment.pass(600);
  await startReleases(environment, services);
  const all = await measureRates(environment, collector, 4);
  const status = await measureStatus(environment);
  const { atRest: quiet, inMotion } = callsPerMinute;
  console.log(
    [
      `${services} services in ${boardConfig.targets.length} accounts, simulated time; the goal is ${quiet} call a minute for a service at rest, and ${inMotion} for one in motion.`,
      '',
      `every cell after               ${cellsMs.toFixed(0)} ms`,
      `all data after                 ${firstMs.toFixed(0)} ms, ${first.length} calls: ${countOperations(first)}`,
      `an answer to a page            ${answerMs.toFixed(0)} ms, ${formatBytes(bytes)}, no call`,
      `in a browser                   ${formatPaint(paint)}`,
      formatRates(`all at rest`, atRest),
      formatRates('one in motion', one),
      formatRates(`all ${services} in motion`, all),
      `gantry status, each time       ${status.length} calls: ${countOperations(status)}`,
      `the page                       HTML ${formatBytes(page.html)}; script ${formatBytes(page.script)}; style ${formatBytes(page.style)}`,
    ].join('\n'),
  );
  await environment.stop();
}
