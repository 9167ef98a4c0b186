import { countCalls } from './call-counter.ts';
import { type Cell, createCell, runInterference, waitUntilReady } from './cell.ts';
import { type CellPlan, type CellRun, createEmptyRow, createRow } from './create-row.ts';
import type { Deployer } from './deployer.ts';
import { triggerScalingAlarm } from './earlier.ts';
import { type BenchEnvironment, deployerUserArn } from './environment.ts';
import { type Row, truncateReason } from './row.ts';

/** Why a pair is not played; undefined where it is. */
const skipReason = ({ scenario, deployer }: CellPlan): string | undefined => {
  if (deployer.version === undefined) return 'not installed';
  if (deployer.asksBalancer && scenario.balanced) return 'not run: it asks the load balancer, which is not embedded';
  return undefined;
};

/** What a deployer says, or what it threw: one that cannot be run spoils its own cell alone. */
async function runDeployer(
  deployer: Deployer,
  ...[world, cell, signal]: Parameters<Deployer['deploy']>
): Promise<Pick<CellRun, 'said' | 'broken'>> {
  try {
    return { said: await deployer.deploy(world, cell, signal) };
  } catch (error) {
    return { said: undefined, broken: truncateReason(error instanceof Error ? error.message : String(error)) };
  }
}

async function runCell(
  world: BenchEnvironment,
  cell: Cell,
  { deployer, limitMs }: { deployer: Deployer; limitMs: number },
): Promise<CellRun> {
  const began = world.now();
  const signal = AbortSignal.timeout(limitMs);
  const over = new AbortController();
  const meddling = runInterference(world, cell, AbortSignal.any([signal, over.signal]));
  const heard = await runDeployer(deployer, world, cell, signal);
  const ended = heard.said?.endedAt ?? world.now();
  over.abort();
  await meddling;
  if (cell.scenario.afterwards === 'scaling alarm') await triggerScalingAlarm(world, cell);
  return { cell, ...heard, began, ended };
}

/** What the log says of a cell that is over. */
const describeOutcome = ({ said, broken }: CellRun): string => said?.says ?? broken ?? 'no verdict';

/** Plays every scenario with every deployer, all at once; answers the table's rows in order. `limit` is asked when all is ready (ms). */
export async function runCells(
  world: BenchEnvironment,
  pairs: CellPlan[],
  { limit, log }: { limit: () => number; log: (line: string) => void },
): Promise<{ rows: Row[]; limitMs: number }> {
  const cells = new Map<CellPlan, Cell>();
  for (const pair of pairs)
    if (skipReason(pair) === undefined) cells.set(pair, await createCell(world, pair.scenario, pair.deployer.id));
  log(`${cells.size} services are starting.`);
  await Promise.all([...cells.values()].map((cell) => waitUntilReady(world, cell)));
  const tallyOf = countCallsOfCells(world, [...cells.values()]);
  const limitMs = limit();
  log(`Each is released to, all at once, for ${limitMs / 1000} s at most.`);
  const played = await Promise.all(
    pairs.map(async (pair) => {
      const cell = cells.get(pair);
      const one = cell && (await runCell(world, cell, { deployer: pair.deployer, limitMs }));
      if (one !== undefined) log(`${pair.scenario.title}, ${pair.deployer.title}: ${describeOutcome(one)}`);
      return { pair, one };
    }),
  );
  const rows: Row[] = [];
  for (const { pair, one } of played) {
    const tally = one && tallyOf(one.cell.name);
    rows.push(
      tally ? await createRow(world, one, { pair, tally, limitMs }) : createEmptyRow(pair, skipReason(pair) ?? ''),
    );
  }
  return { rows, limitMs };
}

function countCallsOfCells({ running }: BenchEnvironment, cells: Cell[]) {
  const users = new Set(cells.map(deployerUserArn));
  return countCalls(
    running,
    cells.map(({ name }) => name),
    (arn) => users.has(arn),
  );
}
