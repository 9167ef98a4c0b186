import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseWholeNumber, runCommand, UsageError } from '../../cli/command.ts';
import { formatPlan, searchFailingPlan } from './check.ts';
import { divideRuns, type RunShare } from './share.ts';

const usage = `npm run chaos -- [--runs 500] [--seed N [--path P]]

Plays random schedules of faults against random worlds. What fails is made as small as it can be, and printed with what replays it.
  --runs       how many schedules
  --seed       with the same number the same schedules, on every machine; without it one is taken from the clock, and told
  --path       from the schedule on that a failure was told with; its seed is the one that it was told with
  --processes  how many schedules are played at a time; without it one for each processor
  --alone      all from the one seed, one after the other in this process: a share of the runs is played so

Exit code: 0 if all invariants held, 1 if not, 2 if it was not asked as above.
`;

const options = {
  runs: { type: 'string', default: '500' },
  seed: { type: 'string' },
  path: { type: 'string' },
  processes: { type: 'string' },
  alone: { type: 'boolean', default: false },
} as const;

/** What fast-check takes for a seed (a signed integer of 32 bits), and of runs more than a night is long enough for. */
const [largestSeed, mostRuns] = [2 ** 31 - 1, 10_000_000];

function pathOf(path: string | undefined): string | undefined {
  if (path === undefined || /^\d+(:\d+)*$/.test(path)) return path;
  throw new UsageError(`--path is "${path}"; it must be numbers with colons between, as a failure tells it: 12:0:3.`);
}

async function inThisProcess(share: RunShare, path: string | undefined): Promise<number> {
  const found = await searchFailingPlan({ ...share, path });
  if (found === undefined) return 0;
  console.log(`\n${formatPlan(found.plan)}\n\n${found.problems.join('\n')}`);
  console.log(`\nReplay: npm run chaos -- --seed ${found.seed} --path ${found.path}`);
  return 1;
}

function inAnother({ seed, runs }: RunShare): Promise<number> {
  const asked = ['--alone', '--seed', String(seed), '--runs', String(runs)];
  const child = spawn(process.execPath, [import.meta.filename, ...asked], { stdio: 'inherit' });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

/** Plays one share after the other, so many at a time, until all are played or one has failed. */
async function inOthers(shares: RunShare[], processes: number): Promise<number> {
  const codes: number[] = [];
  const left = [...shares];
  const play = async () => {
    for (let share = left.shift(); share !== undefined && !codes.some(Boolean); share = left.shift())
      codes.push(await inAnother(share));
  };
  await Promise.all(Array.from({ length: Math.min(processes, shares.length) }, play));
  return Math.max(...codes);
}

async function inShares({ seed, runs }: RunShare, processes: number): Promise<number> {
  const began = performance.now();
  const code = await inOthers(divideRuns({ seed, runs }), processes);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const verdict = code === 0 ? 'all invariants held' : 'not all invariants held';
  console.log(`${runs} schedules from seed ${seed}: ${seconds} s, ${verdict}`);
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
    const path = pathOf(given.path);
    if (path !== undefined && given.seed === undefined)
      throw new UsageError('--path needs the --seed that it was told with.');
    if (path === undefined && !given.alone) return inShares({ seed, runs }, processes);
    return inThisProcess({ seed, runs }, path);
  },
});
// The played systems' threads are still there.
process.exit(code);
