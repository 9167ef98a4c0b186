import { measureBoard } from './board/run.ts';
import { runColdBenchmark } from './cold.ts';
import { listDeployers } from './deployers.ts';
import { createBenchEnvironment } from './environment.ts';
import { measureFeedback } from './feedback.ts';
import { type BenchOptions, parseBenchOptions } from './options.ts';
import { updateReadme } from './readme.ts';
import { createBenchReport, formatBenchReport, writeResult } from './report.ts';
import { runCells } from './run-cells.ts';
import { runScaleBenchmark } from './scale/run.ts';
import { measureStartOfCommandLine } from './start.ts';
import { usage } from './usage.ts';

/** The time limit for a whole quick run, in seconds, from the start of the process to its end, including the tables. */
const quickRunSeconds = 110;

/** The time limit of a cell in ms. In a quick run it is the remaining time. Otherwise it is a little more than the ten minutes of the waiters. */
const cellLimitMs = (quick: boolean): number =>
  (quick ? Math.floor(Math.max(30, quickRunSeconds - process.uptime())) : 660) * 1000;

/** The kind of a run. The name of the run's file contains it. */
const chooseKind = ({ quick, strategies }: { quick: boolean; strategies: boolean }): string =>
  quick ? 'quick' : strategies ? 'strategies' : 'full';

async function runBenchmark({
  quick,
  json,
  part,
  strategies,
  chosen,
  ...given
}: Extract<BenchOptions, { command: 'bench' }>): Promise<void> {
  const deployers = listDeployers(given);
  const plans = chosen.flatMap((scenario) =>
    deployers
      .filter(({ only }) => only === undefined || only.includes(scenario.id))
      .map((deployer) => ({ scenario, deployer })),
  );
  const date = new Date();
  const environment = await createBenchEnvironment();
  const log = (line: string) => console.error(line);
  const { rows, limitMs } = await runCells(environment, plans, { limit: () => cellLimitMs(quick), log });
  await environment.running.stop();
  const report = createBenchReport(rows, deployers, { limitMs, quick, date });
  console.log(json ? JSON.stringify(report, null, 2) : formatBenchReport(report));
  if (!json && !part)
    console.log(writeResult(formatBenchReport(report), `${chooseKind({ quick, strategies })}.md`, date));
}

/** Parses the arguments. If they are wrong, it prints the error and the usage and exits before anything has started. */
function parseOrExit(): BenchOptions {
  try {
    return parseBenchOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}

const benchOptions = parseOrExit();
if (benchOptions.command === 'help') console.log(usage);
if (benchOptions.command === 'cold') await runColdBenchmark(benchOptions.json);
if (benchOptions.command === 'feedback') measureFeedback();
if (benchOptions.command === 'start') await measureStartOfCommandLine();
if (benchOptions.command === 'board') await measureBoard();
if (benchOptions.command === 'scale') await runScaleBenchmark(benchOptions);
if (benchOptions.command === 'bench') await runBenchmark(benchOptions);
const writes = 'json' in benchOptions && !benchOptions.json && !('part' in benchOptions && benchOptions.part);
if (writes || benchOptions.command === 'readme') updateReadme();
process.exit(0);
