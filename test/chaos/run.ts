import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { chaos, told } from './check.ts';

/**
 * Plays random schedules of faults against random worlds: `npm run chaos -- --runs 10000 --seed 1`. Without a seed it takes one from the
 * wall's clock and says which. What fails is made as small as it can be, and printed with what replays it.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    runs: { type: 'string', default: '500' },
    path: { type: 'string' },
    /** How many processes share the runs. */
    processes: { type: 'string', default: String(availableParallelism()) },
  },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const runs = Number(values.runs);
const processes = values.path === undefined ? Math.min(Number(values.processes), runs) : 1;

async function inThisProcess(): Promise<number> {
  const found = await chaos({ seed, runs, path: values.path });
  if (found === undefined) return 0;
  console.log(`\n${told(found.plan)}\n\n${found.problems.join('\n')}`);
  console.log(`\nReplay: npm run chaos -- --seed ${found.seed} --path ${found.path}`);
  return 1;
}

/** A process keeps about a megabyte of each world that it played. */
const longestShare = 500;

/** A process has one clock and one set of functions, so the runs are divided among several, each with a seed of its own. */
const shares = Math.max(processes, Math.ceil(runs / longestShare));

function inAnother(index: number): Promise<number> {
  const share = Math.ceil(runs / shares);
  const asked = ['--seed', String(seed + index), '--runs', String(share), '--processes', '1'];
  const child = spawn(process.execPath, [import.meta.filename, ...asked], { stdio: 'inherit' });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

/** Plays one share after the other, until all are played or one has failed. */
async function inOthers(): Promise<number[]> {
  const codes: number[] = [];
  let next = 0;
  const play = async () => {
    while (next < shares && !codes.some(Boolean)) codes.push(await inAnother(next++));
  };
  await Promise.all(Array.from({ length: processes }, play));
  return codes;
}

const began = performance.now();
const codes = processes > 1 ? await inOthers() : [await inThisProcess()];
const seconds = ((performance.now() - began) / 1000).toFixed(0);
if (processes > 1 || values.processes !== '1')
  console.log(
    `${runs} schedules from seed ${seed} in ${processes} processes: ${seconds} s${codes.some(Boolean) ? ', not all invariants held' : ', all invariants held'}`,
  );
process.exit(Math.max(...codes));
