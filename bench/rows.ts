import { type Cell, endedOn } from './cell.ts';
import { operationsOf, perMinute, type Tally } from './counter.ts';
import type { Deployer } from './deployer.ts';
import { transitionsOf } from './execution.ts';
import { visibleAt } from './fact.ts';
import { type Counted, lateness, type Row, type Said } from './row.ts';
import type { Scenario } from './scenarios.ts';
import type { World } from './world.ts';

/** A scenario and who plays it: what a row is about. */
export interface Pair {
  scenario: Scenario;
  deployer: Deployer;
}

/** One cell that was played: who said what, and when it began and ended (ms). `broken`: what there was instead of a run. */
export interface Played {
  cell: Cell;
  said: Said | undefined;
  broken?: string;
  began: number;
  ended: number;
}

const about = ({ scenario, deployer }: Pair): Pick<Row, 'scenario' | 'deployer' | 'unscored'> => ({
  scenario: scenario.title,
  deployer: deployer.title,
  ...(deployer.only && { unscored: true }),
});

const countedOf = (tally: Tally): Counted => ({ calls: tally.calls.length, operations: operationsOf(tally) });

/** Why a deployer's program did not do its work at all; undefined where it did. */
export function brokenBy({ deployer }: Pair, { said, broken }: Played, { calls }: Pick<Tally, 'calls'>) {
  if (broken !== undefined) return `could not be run: ${broken}`;
  if (!deployer.releases || calls.length > 0) return undefined;
  return ['could not be run: it made no call of AWS', ...(said?.reason ? [said.reason] : [])].join(': ');
}

/** What was said, and whether it is right, of who did not give up. */
export const verdictOf = (
  { said, cell: { scenario } }: { said: Said | undefined; cell: Pick<Cell, 'scenario'> },
  fact: number | undefined,
  limitMs: number,
): Partial<Row> =>
  said === undefined
    ? { nothing: `no verdict within ${Math.round(limitMs / 1000)} s` }
    : {
        ...(said.exit === undefined ? {} : { exit: said.exit }),
        verdict: said.says,
        ...(said.says === 'gave up' ? {} : { right: said.says === scenario.truth }),
        ...lateness(said, fact),
        reason: said.reason,
      };

/** What was counted of Gantry alone. */
async function workflow(world: World, { cell, said }: Played, tally: Tally): Promise<Partial<Row>> {
  const { invocations, gigabyteSeconds } = tally;
  const waiting =
    said?.lookedAt === undefined ? {} : { callsPerMinuteWaiting: perMinute(tally, said.lookedAt, said.verdictAt) };
  return { invocations, gigabyteSeconds, transitions: await transitionsOf(world, cell.name), ...waiting };
}

/** The row of a cell that was played. Without calls a minute where its deployer could not be run: then it counts for nothing. */
export async function rowOf(
  world: World,
  played: Played,
  how: { pair: Pair; tally: Tally; limitMs: number },
): Promise<Row> {
  const { cell, began, ended } = played;
  const { scenario, name } = cell;
  const broken = brokenBy(how.pair, played, how.tally);
  const seen = { ...countedOf(how.tally), endedOn: await endedOn(world, cell) };
  if (broken !== undefined) return { ...about(how.pair), nothing: broken, ...seen };
  const fact = visibleAt(world.heard, { service: name, since: began, fact: scenario.fact });
  return {
    ...about(how.pair),
    ...verdictOf(played, fact, how.limitMs),
    ...seen,
    ...(how.pair.deployer.workflow ? await workflow(world, played, how.tally) : {}),
    callsPerMinute: perMinute(how.tally, began, ended),
  };
}

/** The row of a pair that was not played. */
export const emptyRow = (pair: Pair, nothing: string): Row => ({
  ...about(pair),
  nothing,
  calls: 0,
  operations: {},
  endedOn: '',
});
