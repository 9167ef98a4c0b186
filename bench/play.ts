import { type Cell, createCell, endedOn, meddle, untilReady } from './cell.ts';
import { count, operationsOf, perMinute, type Tally } from './counter.ts';
import type { Deployer } from './deployer.ts';
import { transitionsOf } from './execution.ts';
import { visibleAt } from './fact.ts';
import { type Counted, lateness, type Row, type Said } from './row.ts';
import type { Scenario } from './scenarios.ts';
import { userOf, type World } from './world.ts';

interface Pair {
  scenario: Scenario;
  deployer: Deployer;
}

/** Why a pair is not played; undefined where it is. */
const notRun = ({ scenario, deployer }: Pair): string | undefined => {
  if (deployer.version === undefined) return 'not installed';
  if (deployer.asksBalancer && scenario.balanced) return 'not run: it asks the load balancer, which is not embedded';
  return undefined;
};

/** One cell that was played: who said what, and when it began (ms). */
interface Played {
  cell: Cell;
  said: Said | undefined;
  began: number;
  ended: number;
}

async function playCell(world: World, cell: Cell, { deployer, limitMs }: { deployer: Deployer; limitMs: number }) {
  const began = world.now();
  const signal = AbortSignal.timeout(limitMs);
  const over = new AbortController();
  const meddling = meddle(world, cell, AbortSignal.any([signal, over.signal]));
  const said = await deployer.deploy(world, cell, signal);
  const ended = said?.endedAt ?? world.now();
  over.abort();
  await meddling;
  return { cell, said, began, ended };
}

const verdictOf = ({ said, cell: { scenario } }: Played, fact: number | undefined, limitMs: number): Partial<Row> =>
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

const countedOf = (tally: Tally): Counted => ({ calls: tally.calls.length, operations: operationsOf(tally) });

async function rowOf(world: World, played: Played, how: { deployer: Deployer; tally: Tally; limitMs: number }) {
  const { cell, began, ended } = played;
  const { scenario, name } = cell;
  const fact = visibleAt(world.heard, { service: name, since: began, fact: scenario.fact });
  return {
    scenario: scenario.title,
    deployer: how.deployer.title,
    ...verdictOf(played, fact, how.limitMs),
    ...countedOf(how.tally),
    ...(how.deployer.workflow ? await workflow(world, played, how.tally) : {}),
    callsPerMinute: perMinute(how.tally, began, ended),
    endedOn: await endedOn(world, cell),
  } satisfies Row;
}

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
      if (one !== undefined) log(`${pair.scenario.title}, ${pair.deployer.title}: ${one.said?.says ?? 'no verdict'}`);
      return { pair, one };
    }),
  );
  const rows: Row[] = [];
  for (const { pair, one } of played) {
    const tally = one && tallyOf(one.cell.name);
    rows.push(tally ? await rowOf(world, one, { deployer: pair.deployer, tally, limitMs }) : emptyRow(pair));
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

const emptyRow = (pair: Pair): Row => ({
  scenario: pair.scenario.title,
  deployer: pair.deployer.title,
  nothing: notRun(pair) ?? '',
  calls: 0,
  operations: {},
  endedOn: '',
});
