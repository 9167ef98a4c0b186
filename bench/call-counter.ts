import type { FunctionInvocation, OperationRequest } from '../local/cloud.ts';
import type { RunningSystem } from '../local/run/start.ts';
import { createGantryCallFilter, type InstalledSystem, isScheduledInvocation } from './gantry-calls.ts';

/** What was counted of one cell. */
export interface CallTally {
  calls: { at: number; operation: string }[];
  invocations: number;
  gigabyteSeconds: number;
}

/** Whether a text names a cell, and not only one whose name is longer. */
export const mentionsCell = (text: string, cell: string): boolean =>
  new RegExp(`(?<![a-z0-9])${cell}(?![a-z0-9])`).test(text);

/** Whether a call was made for a cell: its caller or its input names the cell. */
export const isCallForCell = (cell: string, { as, input }: Pick<OperationRequest, 'as' | 'input'>): boolean =>
  mentionsCell(as.caller.arn, cell) || mentionsCell(JSON.stringify(input) ?? '', cell);

/** Begins to count, cell by cell, what is asked of the embedded AWS. `cells`: their names; `user`: whether a caller is a deployer beside Gantry. */
export function countCalls(
  running: Pick<RunningSystem, 'cloud'> & InstalledSystem,
  cells: string[],
  user: (arn: string) => boolean,
): (cell: string) => CallTally | undefined {
  const tallies = new Map<string, CallTally>(
    cells.map((cell) => [cell, { calls: [], invocations: 0, gigabyteSeconds: 0 }]),
  );
  const tallyOf = (matches: (cell: string) => boolean) => tallies.get(cells.find(matches) ?? '');
  /** By X-Ray's trace header: a call is its invocation's, also where its own words name no cell (a task token does not), and nobody's in a sweep. */
  const going: RunningInvocations = new Map();
  const gantrys = createGantryCallFilter(running);
  const { cloud } = running;
  cloud.faultHooks = {
    call(asked, go) {
      if (!gantrys(asked) && !user(asked.as.caller.arn)) return go();
      const { trace = '' } = asked.as;
      const tally = going.has(trace) ? going.get(trace) : tallyOf((cell) => isCallForCell(cell, asked));
      tally?.calls.push({ at: cloud.clock.now(), operation: `${asked.service} ${asked.operation}` });
      return go();
    },
    event: (_event, go) => go(),
    run: (ran, go) => countInvocation(ran, go, { tally: tallyOf((cell) => mentionsCell(ran.payload, cell)), going }),
  };
  return (cell) => tallies.get(cell);
}

/** Whose the invocations are that run, by trace. */
type RunningInvocations = Map<string, CallTally | undefined>;

async function countInvocation<Ended extends { log: string }>(
  ran: FunctionInvocation,
  go: () => Promise<Ended>,
  { tally, going }: { tally: CallTally | undefined; going: RunningInvocations },
): Promise<Ended> {
  if (tally === undefined && !isScheduledInvocation(ran)) return go();
  const trace = `Root=${ran.requestId}`;
  going.set(trace, tally);
  const outcome = await go().finally(() => going.delete(trace));
  if (tally === undefined) return outcome;
  tally.invocations += 1;
  tally.gigabyteSeconds += parseGigabyteSeconds(outcome.log);
  return outcome;
}

const reportLinePattern = /Billed Duration: (\d+) ms\tMemory Size: (\d+) MB/;

/** What Lambda would bill for an invocation, by the REPORT line that ends its log; 0 without one. */
export function parseGigabyteSeconds(log: string): number {
  const [, ms, megabytes] = reportLinePattern.exec(log) ?? [];
  return (Number(ms ?? 0) / 1000) * (Number(megabytes ?? 0) / 1024);
}

/** How many calls of each operation. */
export function countOperations({ calls }: Pick<CallTally, 'calls'>): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { operation } of calls) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** Calls a minute, to one digit: those after `from` until `to` (ms). */
export function callRatePerMinute({ calls }: Pick<CallTally, 'calls'>, from: number, to: number): number {
  const between = calls.filter(({ at }) => at > from && at <= to);
  return Math.round((between.length / ((to - from) / 60_000)) * 10) / 10;
}
