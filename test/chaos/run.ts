import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { parseWholeNumber, runCommand, UsageError } from '../../cli/command.ts';
import { formatCount } from '../../core/parsing/count.ts';
import { addCounts, type Counts, formatCounts } from './counts.ts';
import { divideRuns, type RunShare } from './share.ts';

const usage = `npm run chaos -- [--runs 500] [--seed N [--path P]]

Runs random schedules of faults against random services and deployments. Prints how often each kind of thing happened, and how often it was checked.
Reduces a failing schedule to the smallest one that fails, and prints how to replay it.
  --runs       the number of schedules
  --seed       the same seed gives the same schedules on every machine; the default comes from the clock and is printed
  --path       starts at the schedule with the path that a failure printed; needs the --seed that it printed
  --processes  the number of schedules to run at the same time; the default is one for each processor
  --alone      runs all schedules of the seed in this process, one after the other

Exit code: 0 if all invariants held, 1 if not, 2 if an option is wrong.
`;

const options = {
  runs: { type: 'string', default: '500' },
  seed: { type: 'string' },
  path: { type: 'string' },
  processes: { type: 'string' },
  alone: { type: 'boolean', default: false },
} as const;

/** What a process sends about its runs. */
const countsSchema = z.array(z.tuple([z.string(), z.number()]));

/** The largest seed of fast-check (a signed 32-bit integer), and a number of runs that takes longer than a night. */
const [largestSeed, mostRuns] = [2 ** 31 - 1, 10_000_000];

function parsePath(path: string | undefined): string | undefined {
  if (path === undefined || /^\d+(:\d+)*$/.test(path)) return path;
  throw new UsageError(`--path is "${path}"; it must be numbers with colons between, as a failure prints it: 12:0:3.`);
}

/** Loads the embedded AWS only here. The process that divides the runs does not need it, and neither does a process with a wrong option. */
async function runInThisProcess(share: RunShare, path: string | undefined): Promise<number> {
  const { formatPlan, searchFailingPlan } = await import('./check.ts');
  const counts: Counts = new Map();
  const found = await searchFailingPlan({ ...share, path, counts });
  if (process.send !== undefined) await new Promise((sent) => process.send?.([...counts], sent));
  else console.log(formatCounts(counts));
  if (found === undefined) return 0;
  console.log(`\n${formatPlan(found.plan)}\n\n${found.problems.join('\n')}`);
  console.log(`\nReplay: npm run chaos -- --seed ${found.seed} --path ${found.path}`);
  return 1;
}

function runInChildProcess({ seed, runs }: RunShare, counts: Counts): Promise<number> {
  const args = ['--alone', '--seed', String(seed), '--runs', String(runs)];
  const child = fork(import.meta.filename, args);
  child.on('message', (sent) => addCounts(counts, countsSchema.parse(sent)));
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

/** Runs the shares, at most `processes` at a time, until all are done or one has failed. */
async function runInChildProcesses(shares: RunShare[], processes: number, counts: Counts): Promise<number> {
  const codes: number[] = [];
  const left = [...shares];
  const play = async () => {
    for (let share = left.shift(); share !== undefined && !codes.some(Boolean); share = left.shift())
      codes.push(await runInChildProcess(share, counts));
  };
  await Promise.all(Array.from({ length: Math.min(processes, shares.length) }, play));
  return Math.max(...codes);
}

async function runShares({ seed, runs }: RunShare, processes: number): Promise<number> {
  const startedAt = performance.now();
  const counts: Counts = new Map();
  const code = await runInChildProcesses(divideRuns({ seed, runs }), processes, counts);
  console.log(formatCounts(counts));
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  const verdict = code === 0 ? 'all invariants held' : 'not all invariants held';
  console.log(`${formatCount(runs, 'schedule')} from seed ${seed}: ${seconds} s, ${verdict}`);
  return code;
}

const code = await runCommand({
  usage,
  options,
  async run(given) {
    const seed = parseWholeNumber('seed', given.seed, { least: 0, most: largestSeed }) ?? Date.now() % 1_000_000;
    const runs = parseWholeNumber('runs', given.runs, { least: 1, most: mostRuns }) ?? 1;
    const processes =
      parseWholeNumber('processes', given.processes, { least: 1, most: 1024 }) ?? availableParallelism();
    const path = parsePath(given.path);
    if (path !== undefined && given.seed === undefined)
      throw new UsageError('--path needs the --seed that was printed with it.');
    if (path === undefined && !given.alone) return runShares({ seed, runs }, processes);
    return runInThisProcess({ seed, runs }, path);
  },
});
// The systems' threads would keep the process alive.
process.exit(code);
