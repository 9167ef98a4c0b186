import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeResult } from '../report.ts';
import type { ScaleLoad } from './config.ts';
import { type MeasuredLoad, totalCalls, watchMode } from './measured-load.ts';
import { type Panel, renderSvg } from './svg.ts';
import { formatBucketTable, formatCallTable, formatScaleTable } from './table.ts';

const execute = promisify(execFile);

/** The heap limit of a load's process, in MB. */
const heapMegabytes = 10_000;

async function measureInProcess({ deployments, accounts, events }: ScaleLoad): Promise<MeasuredLoad> {
  const file = join(import.meta.dirname, 'load-process.ts');
  const options = ['--deployments', String(deployments), '--accounts', String(accounts), '--events', events];
  const limits = { maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await execute(
    process.execPath,
    [`--max-old-space-size=${heapMegabytes}`, file, ...options],
    limits,
  );
  const measured: MeasuredLoad = JSON.parse(stdout);
  return measured;
}

const createLines = (measured: MeasuredLoad[], value: (each: MeasuredLoad) => number): Panel['lines'] =>
  ['woken', 'polling'].map((name) => ({
    name,
    ...(name === 'woken' ? { color: '#0b6e4f' } : { color: '#c8553d', dash: '5 4' }),
    points: measured
      .filter((each) => watchMode(each) === name)
      .map((each) => ({ x: each.deployments, y: value(each) })),
  }));

const plotTitle = 'AWS calls, lateness and memory by the number of deployments at once, woken and polling';

const createPanels = (measured: MeasuredLoad[]): Panel[] => [
  { title: 'AWS calls of a deployment', lines: createLines(measured, totalCalls) },
  { title: 'Seconds late, 95 of 100', lines: createLines(measured, ({ late }) => late.p95) },
  { title: 'Memory of the process, MB', lines: createLines(measured, ({ megabytes }) => megabytes) },
];

const formatScaleReport = (
  measured: MeasuredLoad[],
  { date, accounts, image }: { date: Date; accounts: number; image?: string },
): string => `# At scale

- ${date.toISOString()}, Node ${process.version}, ${cpus().length} cores, ${process.platform} ${process.arch}
- all deployments start at the same moment, in ${accounts} accounts; every tenth release crashes and ECS rolls it back
- simulated time; every account has ECS's documented token buckets; woken and polling run at the same time, each in its own process

What the columns mean: [bench/README.md](../README.md#at-scale).

${image === undefined ? '' : `![calls, lateness and memory](${image})\n\n`}${formatScaleTable(measured)}

${measured.flatMap(({ mistakes }) => mistakes.map((mistake) => `- wrong: ${mistake}\n`)).join('')}
## ECS's token buckets, in the account with the most requests

Allowed + refused requests, and the most requests within a second.

${formatBucketTable(measured)}

## Mean number of calls of one deployment

${formatCallTable(measured)}
`;

/**
 * Measures these numbers of deployments at once, with events and with polling, and prints the results. Unless `json` or `part` is set, also writes them to
 * `bench/results/`.
 */
export async function runScaleBenchmark({
  sizes,
  accounts,
  json,
  part,
}: {
  sizes: number[];
  accounts: number;
  json: boolean;
  part: boolean;
}): Promise<void> {
  const date = new Date();
  const measured: MeasuredLoad[] = [];
  for (const deployments of sizes) {
    console.error(`${deployments} deployments at once, woken and polling …`);
    const ways = (['forwarded', 'none'] as const).map((events) => measureInProcess({ deployments, accounts, events }));
    measured.push(...(await Promise.all(ways)));
  }
  if (json) return console.log(JSON.stringify({ date, node: process.version, measured }, null, 2));
  if (part) return console.log(formatScaleReport(measured, { date, accounts }));
  const image = writeResult(renderSvg(plotTitle, createPanels(measured)), 'scale.svg', date);
  const text = formatScaleReport(measured, { date, accounts, image: image.replace('bench/results/', '') });
  console.log(text);
  console.log(`${writeResult(text, 'scale.md', date)}, ${image}`);
}
