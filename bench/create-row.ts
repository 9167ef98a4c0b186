import { type CallTally, callRatePerMinute, countOperations } from './call-counter.ts';
import { type Cell, describeEndState } from './cell.ts';
import type { Deployer } from './deployer.ts';
import type { BenchEnvironment } from './environment.ts';
import { countCellTransitions } from './execution.ts';
import { findFactTime } from './fact-time.ts';
import { type CellCounts, type DeployerReport, measureLateness, type Row } from './row.ts';
import type { Scenario } from './scenarios.ts';

/** The scenario and the deployer of one row. */
export interface CellPlan {
  scenario: Scenario;
  deployer: Deployer;
}

/** The run of one cell: the deployer's report, and when the run started and ended (ms). `error`: why the deployer could not be run. */
export interface CellRun {
  cell: Cell;
  report: DeployerReport | undefined;
  error?: string;
  startedAt: number;
  endedAt: number;
}

const labelRow = ({ scenario, deployer }: CellPlan): Pick<Row, 'scenario' | 'deployer' | 'unscored'> => ({
  scenario: scenario.title,
  deployer: deployer.title,
  ...(deployer.only && { unscored: true }),
});

const countCell = (tally: CallTally): CellCounts => ({ calls: tally.calls.length, operations: countOperations(tally) });

/** Returns why a deployer's program did none of its work; undefined if it did. */
export function findRunError(
  { deployer }: CellPlan,
  { report, error }: CellRun,
  { calls }: Pick<CallTally, 'calls'>,
): string | undefined {
  if (error !== undefined) return `could not be run: ${error}`;
  if (!deployer.releases || calls.length > 0) return undefined;
  return ['could not be run: it made no call to AWS', ...(report?.reason ? [report.reason] : [])].join(': ');
}

const isRight = ({ verdict, reason, fullReason = reason }: DeployerReport, scenario: Scenario): boolean =>
  verdict === scenario.truth && fullReason.includes(scenario.reason ?? '');

/** A verdict is wrong if the service does not end on the revision that the scenario requires. */
const endsRight = (row: Partial<Row>, { endsOn = '' }: Scenario, endedOn: string): Partial<Row> =>
  row.right === true && !endedOn.startsWith(endsOn) ? { ...row, right: false } : row;

/** Returns the verdict and whether it is right. A deployer that gave up counts as neither right nor wrong. */
export const assessVerdict = (
  { report, cell: { scenario } }: { report: DeployerReport | undefined; cell: Pick<Cell, 'scenario'> },
  fact: number | undefined,
  limitMs: number,
): Partial<Row> =>
  report === undefined
    ? { nothing: `no verdict within ${Math.round(limitMs / 1000)} s` }
    : {
        ...(report.exit === undefined ? {} : { exit: report.exit }),
        verdict: report.verdict,
        ...(report.verdict === 'gave up' ? {} : { right: isRight(report, scenario) }),
        ...measureLateness(report, fact),
        reason: report.reason,
      };

/** Adds the counts that only Gantry has: invocations, transitions, and calls while it waits. */
async function countWorkflow(
  environment: BenchEnvironment,
  { cell, report }: CellRun,
  tally: CallTally,
): Promise<Partial<Row>> {
  const { invocations, gigabyteSeconds } = tally;
  // If there was only one check, there is no waiting time to measure.
  const waiting =
    report?.firstCheckAt === undefined || report.firstCheckAt >= report.verdictAt
      ? {}
      : { callsPerMinuteWaiting: callRatePerMinute(tally, report.firstCheckAt, report.verdictAt) };
  return { invocations, gigabyteSeconds, transitions: await countCellTransitions(environment, cell.name), ...waiting };
}

/** Creates the row of a cell's run. If the deployer could not be run, the row has no calls a minute and is not scored. */
export async function createRow(
  environment: BenchEnvironment,
  run: CellRun,
  { plan, tally, limitMs }: { plan: CellPlan; tally: CallTally; limitMs: number },
): Promise<Row> {
  const { cell, startedAt, endedAt } = run;
  const { scenario, name } = cell;
  const error = findRunError(plan, run, tally);
  const observed = { ...countCell(tally), endedOn: await describeEndState(environment, cell) };
  if (error !== undefined) return { ...labelRow(plan), nothing: error, ...observed };
  const fact = findFactTime(environment.events, { service: name, since: startedAt, fact: scenario.fact });
  return {
    ...labelRow(plan),
    ...endsRight(assessVerdict(run, fact, limitMs), scenario, observed.endedOn),
    ...observed,
    ...(plan.deployer.workflow ? await countWorkflow(environment, run, tally) : {}),
    callsPerMinute: callRatePerMinute(tally, startedAt, endedAt),
  };
}

/** Creates the row of a cell that was not run. */
export const createEmptyRow = (plan: CellPlan, nothing: string): Row => ({
  ...labelRow(plan),
  nothing,
  calls: 0,
  operations: {},
  endedOn: '',
});
