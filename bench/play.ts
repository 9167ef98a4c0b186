import { type Cell, createCell, meddle, untilReady } from './cell.ts';
import { count } from './counter.ts';
import type { Deployer } from './deployer.ts';
import { firstWords, type Row } from './row.ts';
import { emptyRow, type Pair, type Played, rowOf } from './rows.ts';
import { userOf, type World } from './world.ts';

/** Why a pair is not played; undefined where it is. */
const notRun = ({ scenario, deployer }: Pair): string | undefined => {
  if (deployer.version === undefined) return 'not installed';
  if (deployer.asksBalancer && scenario.balanced) return 'not run: it asks the load balancer, which is not embedded';
  return undefined;
};

/** What a deployer says, or what it threw: one that cannot be run spoils its own cell alone. */
async function hear(
  deployer: Deployer,
  ...[world, cell, signal]: Parameters<Deployer['deploy']>
): Promise<Pick<Played, 'said' | 'broken'>> {
  try {
    return { said: await deployer.deploy(world, cell, signal) };
  } catch (error) {
    return { said: undefined, broken: firstWords(error instanceof Error ? error.message : String(error)) };
  }
}

async function playCell(
  world: World,
  cell: Cell,
  { deployer, limitMs }: { deployer: Deployer; limitMs: number },
): Promise<Played> {
  const began = world.now();
  const signal = AbortSignal.timeout(limitMs);
  const over = new AbortController();
  const meddling = meddle(world, cell, AbortSignal.any([signal, over.signal]));
  const heard = await hear(deployer, world, cell, signal);
  const ended = heard.said?.endedAt ?? world.now();
  over.abort();
  await meddling;
  return { cell, ...heard, began, ended };
}

/** What the log says of a cell that is over. */
const outcome = ({ said, broken }: Played): string => said?.says ?? broken ?? 'no verdict';

/** Plays every scenario with every deployer, all at once; answers the table's rows in order. `limit` is asked when all is ready (ms). */
export async function play(
  world: World,
  pairs: Pair[],
  { limit, log }: { limit: () => number; log: (line: string) => void },
): Promise<{ rows: Row[]; limitMs: number }> {
  const cells = new Map<Pair, Cell>();
  for (const pair of pairs)
    if (notRun(pair) === undefined) cells.set(pair, await createCell(world, pair.scenario, pair.deployer.id));
  log(`${cells.size} services are starting.`);
  await Promise.all([...cells.values()].map((cell) => untilReady(world, cell)));
  const tallyOf = countCells(world, [...cells.values()]);
  const limitMs = limit();
  log(`Each is released to, all at once, for ${limitMs / 1000} s at most.`);
  const played = await Promise.all(
    pairs.map(async (pair) => {
      const cell = cells.get(pair);
      const one = cell && (await playCell(world, cell, { deployer: pair.deployer, limitMs }));
      if (one !== undefined) log(`${pair.scenario.title}, ${pair.deployer.title}: ${outcome(one)}`);
      return { pair, one };
    }),
  );
  const rows: Row[] = [];
  for (const { pair, one } of played) {
    const tally = one && tallyOf(one.cell.name);
    rows.push(tally ? await rowOf(world, one, { pair, tally, limitMs }) : emptyRow(pair, notRun(pair) ?? ''));
  }
  return { rows, limitMs };
}

function countCells({ running }: World, cells: Cell[]) {
  const users = new Set(cells.map(userOf));
  return count(
    running,
    cells.map(({ name }) => name),
    (arn) => users.has(arn),
  );
}
