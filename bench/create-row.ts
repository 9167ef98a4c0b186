import { type CallTally, callRatePerMinute, countOperations } from './call-counter.ts';
import { type Cell, describeEndState } from './cell.ts';
import type { Deployer } from './deployer.ts';
import type { BenchEnvironment } from './environment.ts';
import { countCellTransitions } from './execution.ts';
import { findFactTime } from './fact-time.ts';
import { type CellCounts, type DeployerReport, measureLateness, type Row } from './row.ts';
import type { Scenario } from './scenarios.ts';

/** A scenario and who plays it: what a row is about. */
export interface CellPlan {
  scenario: Scenario;
  deployer: Deployer;
}

/** One cell that was played: who said what, and when it began and ended (ms). `broken`: what there was instead of a run. */
export interface CellRun {
  cell: Cell;
  said: DeployerReport | undefined;
  broken?: string;
  began: number;
  ended: number;
}

const labelRow = ({ scenario, deployer }: CellPlan): Pick<Row, 'scenario' | 'deployer' | 'unscored'> => ({
  scenario: scenario.title,
  deployer: deployer.title,
  ...(deployer.only && { unscored: true }),
});

const countCell = (tally: CallTally): CellCounts => ({ calls: tally.calls.length, operations: countOperations(tally) });

/** Why a deployer's program did not do its work at all; undefined where it did. */
export function findRunError({ deployer }: CellPlan, { said, broken }: CellRun, { calls }: Pick<CallTally, 'calls'>) {
  if (broken !== undefined) return `could not be run: ${broken}`;
  if (!deployer.releases || calls.length > 0) return undefined;
  return ['could not be run: it made no call of AWS', ...(said?.reason ? [said.reason] : [])].join(': ');
}

const isRight = ({ says, reason, fullReason = reason }: DeployerReport, scenario: Scenario): boolean =>
  says === scenario.truth && fullReason.includes(scenario.reason ?? '');

/** A verdict that leaves the service on something else than the scenario requires is wrong. */
const endsRight = (row: Partial<Row>, { endsOn = '' }: Scenario, endedOn: string): Partial<Row> =>
  row.right === true && !endedOn.startsWith(endsOn) ? { ...row, right: false } : row;

/** What was said, and whether it is right, of who did not give up. */
export const assessVerdict = (
  { said, cell: { scenario } }: { said: DeployerReport | undefined; cell: Pick<Cell, 'scenario'> },
  fact: number | undefined,
  limitMs: number,
): Partial<Row> =>
  said === undefined
    ? { nothing: `no verdict within ${Math.round(limitMs / 1000)} s` }
    : {
        ...(said.exit === undefined ? {} : { exit: said.exit }),
        verdict: said.says,
        ...(said.says === 'gave up' ? {} : { right: isRight(said, scenario) }),
        ...measureLateness(said, fact),
        reason: said.reason,
      };

/** What was counted of Gantry alone. */
async function countWorkflow(
  world: BenchEnvironment,
  { cell, said }: CellRun,
  tally: CallTally,
): Promise<Partial<Row>> {
  const { invocations, gigabyteSeconds } = tally;
  const waiting =
    said?.lookedAt === undefined
      ? {}
      : { callsPerMinuteWaiting: callRatePerMinute(tally, said.lookedAt, said.verdictAt) };
  return { invocations, gigabyteSeconds, transitions: await countCellTransitions(world, cell.name), ...waiting };
}

/** The row of a cell that was played. Without calls a minute where its deployer could not be run: then it counts for nothing. */
export async function createRow(
  world: BenchEnvironment,
  played: CellRun,
  how: { pair: CellPlan; tally: CallTally; limitMs: number },
): Promise<Row> {
  const { cell, began, ended } = played;
  const { scenario, name } = cell;
  const broken = findRunError(how.pair, played, how.tally);
  const seen = { ...countCell(how.tally), endedOn: await describeEndState(world, cell) };
  if (broken !== undefined) return { ...labelRow(how.pair), nothing: broken, ...seen };
  const fact = findFactTime(world.heard, { service: name, since: began, fact: scenario.fact });
  return {
    ...labelRow(how.pair),
    ...endsRight(assessVerdict(played, fact, how.limitMs), scenario, seen.endedOn),
    ...seen,
    ...(how.pair.deployer.workflow ? await countWorkflow(world, played, how.tally) : {}),
    callsPerMinute: callRatePerMinute(how.tally, began, ended),
  };
}

/** The row of a pair that was not played. */
export const createEmptyRow = (pair: CellPlan, nothing: string): Row => ({
  ...labelRow(pair),
  nothing,
  calls: 0,
  operations: {},
  endedOn: '',
});
