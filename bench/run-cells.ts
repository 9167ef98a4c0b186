import { countCalls } from './call-counter.ts';
import { type Cell, createCell, runInterference, waitUntilReady } from './cell.ts';
import { type CellPlan, type CellRun, createEmptyRow, createRow } from './create-row.ts';
import type { Deployer } from './deployer.ts';
import { triggerScalingAlarm } from './earlier.ts';
import { type BenchEnvironment, deployerUserArn } from './environment.ts';
import { type Row, truncateReason } from './row.ts';

/** Returns why a cell is not run; undefined if it is. */
const skipReason = ({ scenario, deployer }: CellPlan): string | undefined => {
  if (deployer.version === undefined) return 'not installed';
  if (deployer.asksBalancer && scenario.balanced) return 'not run: it calls the load balancer, which is not embedded';
  return undefined;
};

/** Returns a deployer's report or its error. An error affects only the deployer's own cell. */
async function runDeployer(
  deployer: Deployer,
  ...[environment, cell, signal]: Parameters<Deployer['deploy']>
): Promise<Pick<CellRun, 'report' | 'error'>> {
  try {
    return { report: await deployer.deploy(environment, cell, signal) };
  } catch (error) {
    return { report: undefined, error: truncateReason(error instanceof Error ? error.message : String(error)) };
  }
}

/** The time limit of a cell, in ms. */
const cellLimitMs = ({ scenario: { limitMinutes = 0 } }: Pick<CellPlan, 'scenario'>, limitMs: number): number =>
  Math.max(limitMs, limitMinutes * 60_000);

async function runCell(
  environment: BenchEnvironment,
  cell: Cell,
  { deployer, limitMs }: { deployer: Deployer; limitMs: number },
): Promise<CellRun> {
  const startedAt = environment.now();
  const signal = AbortSignal.timeout(cellLimitMs(cell, limitMs));
  const ending = new AbortController();
  const interference = runInterference(environment, cell, AbortSignal.any([signal, ending.signal]));
  const result = await runDeployer(deployer, environment, cell, signal);
  const endedAt = result.report?.endedAt ?? environment.now();
  ending.abort();
  await interference;
  if (cell.scenario.afterwards === 'scaling alarm') await triggerScalingAlarm(environment, cell);
  return { cell, ...result, startedAt, endedAt };
}

/** Describes a finished cell in the log. */
const describeOutcome = ({ report, error }: CellRun): string => report?.verdict ?? error ?? 'no verdict';

/**
 * Runs every scenario with every deployer, all at the same time. Returns the table's rows in order. `limit` returns the time limit in ms. It is called when all
 * cells are ready.
 */
export async function runCells(
  environment: BenchEnvironment,
  plans: CellPlan[],
  { limit, log }: { limit: () => number; log: (line: string) => void },
): Promise<{ rows: Row[]; limitMs: number }> {
  const cells = new Map<CellPlan, Cell>();
  for (const plan of plans)
    if (skipReason(plan) === undefined) cells.set(plan, await createCell(environment, plan.scenario, plan.deployer.id));
  log(`${cells.size} services are starting.`);
  await Promise.all([...cells.values()].map((cell) => waitUntilReady(environment, cell)));
  const tallyOf = countCallsOfCells(environment, [...cells.values()]);
  const limitMs = limit();
  log(`Now all of them get their release, with a limit of ${limitMs / 1000} s.`);
  const results = await Promise.all(
    plans.map(async (plan) => {
      const cell = cells.get(plan);
      const run = cell && (await runCell(environment, cell, { deployer: plan.deployer, limitMs }));
      if (run !== undefined) log(`${plan.scenario.title}, ${plan.deployer.title}: ${describeOutcome(run)}`);
      return { plan, run };
    }),
  );
  const rows: Row[] = [];
  for (const { plan, run } of results) {
    const tally = run && tallyOf(run.cell.name);
    rows.push(
      tally
        ? await createRow(environment, run, { plan, tally, limitMs: cellLimitMs(plan, limitMs) })
        : createEmptyRow(plan, skipReason(plan) ?? ''),
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
