import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Deployer } from './deployer.ts';
import type { Row } from './row.ts';
import { formatCostTable, formatScoreTable, formatVerdictTable } from './table.ts';

/** One run of the benchmark, as `--json` prints it. */
export interface BenchReport {
  date: string;
  node: string;
  machine: string;
  limitSeconds: number;
  quick: boolean;
  deployers: { title: string; version: string | null }[];
  rows: Row[];
}

/** Adds the circumstances of a run to its rows. */
export const createBenchReport = (
  rows: Row[],
  deployers: Deployer[],
  run: { limitMs: number; quick: boolean; date: Date },
): BenchReport => ({
  date: run.date.toISOString(),
  node: process.version,
  machine: `${cpus().length} cores, ${process.platform} ${process.arch}`,
  limitSeconds: run.limitMs / 1000,
  quick: run.quick,
  deployers: deployers.map(({ title, version = null }) => ({ title, version })),
  rows,
});

const formatSetup = ({ date, node, machine, limitSeconds, deployers }: BenchReport): string =>
  [
    `- ${date}, Node ${node}, ${machine}; all cells ran at the same time on one machine`,
    `- at most ${limitSeconds} s for each cell`,
    ...deployers.map(({ title, version }) => `- ${title}: ${version ?? 'not installed'}`),
  ].join('\n');

/** The report as Markdown. */
export const formatBenchReport = (report: BenchReport): string => `# ${report.quick ? 'Quick benchmark' : 'Benchmark'}

${formatSetup(report)}

What the columns mean: [bench/README.md](../README.md).

## Verdicts

${formatScoreTable(report.rows)}

${formatVerdictTable(report.rows)}

## What a deployment with Gantry costs

${formatCostTable(report.rows)}
`;

/** Writes the text to `bench/results/DATE-suffix`; returns the file's path from the project's root. */
export function writeResult(text: string, suffix: string, date: Date): string {
  const name = `${date.toISOString().slice(0, 10)}-${suffix}`;
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
  return `bench/results/${name}`;
}
