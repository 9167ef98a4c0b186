import type { Asked, Ran } from '../local/cloud.ts';
import type { Running } from '../local/run/start.ts';
import { callsOfGantry, type Installation, isScheduled } from './callers.ts';

/** What was counted of one cell. */
export interface Tally {
  calls: { at: number; operation: string }[];
  invocations: number;
  gigabyteSeconds: number;
}

/** Whether a text names a cell, and not only one whose name is longer. */
export const names = (text: string, cell: string): boolean => new RegExp(`(?<![a-z0-9])${cell}(?![a-z0-9])`).test(text);

/** Whether a call was made for a cell: its caller or its input names the cell. */
export const isOf = (cell: string, { as, input }: Pick<Asked, 'as' | 'input'>): boolean =>
  names(as.caller.arn, cell) || names(JSON.stringify(input) ?? '', cell);

/** Begins to count, cell by cell, what is asked of the embedded AWS. `cells`: their names; `user`: whether a caller is a deployer beside Gantry. */
export function count(
  running: Pick<Running, 'cloud'> & Installation,
  cells: string[],
  user: (arn: string) => boolean,
): (cell: string) => Tally | undefined {
  const tallies = new Map<string, Tally>(
    cells.map((cell) => [cell, { calls: [], invocations: 0, gigabyteSeconds: 0 }]),
  );
  const tallyOf = (matches: (cell: string) => boolean) => tallies.get(cells.find(matches) ?? '');
  /** By X-Ray's trace header: a call is its invocation's, also where its own words name no cell (a task token does not), and nobody's in a sweep. */
  const going: Going = new Map();
  const gantrys = callsOfGantry(running);
  const { cloud } = running;
  cloud.faults = {
    call(asked, go) {
      if (!gantrys(asked) && !user(asked.as.caller.arn)) return go();
      const { trace = '' } = asked.as;
      const tally = going.has(trace) ? going.get(trace) : tallyOf((cell) => isOf(cell, asked));
      tally?.calls.push({ at: cloud.clock.now(), operation: `${asked.service} ${asked.operation}` });
      return go();
    },
    event: (_event, go) => go(),
    run: (ran, go) => countRun(ran, go, { tally: tallyOf((cell) => names(ran.payload, cell)), going }),
  };
  return (cell) => tallies.get(cell);
}

/** Whose the invocations are that run, by trace. */
type Going = Map<string, Tally | undefined>;

async function countRun<Ended extends { log: string }>(
  ran: Ran,
  go: () => Promise<Ended>,
  { tally, going }: { tally: Tally | undefined; going: Going },
): Promise<Ended> {
  if (tally === undefined && !isScheduled(ran)) return go();
  const trace = `Root=${ran.requestId}`;
  going.set(trace, tally);
  const outcome = await go().finally(() => going.delete(trace));
  if (tally === undefined) return outcome;
  tally.invocations += 1;
  tally.gigabyteSeconds += gigabyteSeconds(outcome.log);
  return outcome;
}

const reported = /Billed Duration: (\d+) ms\tMemory Size: (\d+) MB/;

/** What Lambda would bill for an invocation, by the REPORT line that ends its log; 0 without one. */
export function gigabyteSeconds(log: string): number {
  const [, ms, megabytes] = reported.exec(log) ?? [];
  return (Number(ms ?? 0) / 1000) * (Number(megabytes ?? 0) / 1024);
}

/** How many calls of each operation. */
export function operationsOf({ calls }: Pick<Tally, 'calls'>): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { operation } of calls) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** Calls a minute, to one digit: those after `from` until `to` (ms). */
export function perMinute({ calls }: Pick<Tally, 'calls'>, from: number, to: number): number {
  const between = calls.filter(({ at }) => at > from && at <= to);
  return Math.round((between.length / ((to - from) / 60_000)) * 10) / 10;
}
