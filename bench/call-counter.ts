import type { FunctionInvocation, OperationRequest } from '../local/cloud.ts';
import type { RunningSystem } from '../local/run/start.ts';
import { createGantryCallFilter, isScheduledInvocation, type SystemCallers } from './gantry-calls.ts';

/** The counted calls and invocations of one cell. */
export interface CallTally {
  calls: { at: number; operation: string }[];
  invocations: number;
  gigabyteSeconds: number;
}

/** True if a text contains a cell's name, and not only as part of a longer name. */
export const mentionsCell = (text: string, cell: string): boolean =>
  new RegExp(`(?<![a-z0-9])${cell}(?![a-z0-9])`).test(text);

/** True if a call was made for a cell: the caller or the input contains the cell's name. */
export const isCallForCell = (cell: string, { as, input }: Pick<OperationRequest, 'as' | 'input'>): boolean =>
  mentionsCell(as.caller.arn, cell) || mentionsCell(JSON.stringify(input) ?? '', cell);

/**
 * Starts to count the calls of the embedded AWS for each cell. `cells` are names; `isDeployer` says whether the caller with this ARN is a deployer
 * other than Gantry.
 */
export function countCalls(
  running: Pick<RunningSystem, 'cloud'> & SystemCallers,
  cells: string[],
  isDeployer: (arn: string) => boolean,
): (cell: string) => CallTally | undefined {
  const tallies = new Map<string, CallTally>(
    cells.map((cell) => [cell, { calls: [], invocations: 0, gigabyteSeconds: 0 }]),
  );
  const tallyOf = (matches: (cell: string) => boolean) => tallies.get(cells.find(matches) ?? '');
  /**
   * Attributes calls by X-Ray's trace header. A call belongs to the cell of its invocation, even if the call contains no cell's name (a task token contains
   * none). A call of a sweep belongs to no cell.
   */
  const runningInvocations: RunningInvocations = new Map();
  const isFromGantry = createGantryCallFilter(running);
  const { cloud } = running;
  cloud.faultHooks = {
    call(request, go) {
      if (!isFromGantry(request) && !isDeployer(request.as.caller.arn)) return go();
      const { trace = '' } = request.as;
      const tally = runningInvocations.has(trace)
        ? runningInvocations.get(trace)
        : tallyOf((cell) => isCallForCell(cell, request));
      tally?.calls.push({ at: cloud.clock.now(), operation: `${request.service} ${request.operation}` });
      return go();
    },
    event: (_event, go) => go(),
    run: (invocation, go) => {
      const tally = tallyOf((cell) => mentionsCell(invocation.payload, cell));
      return countInvocation(invocation, go, { tally, runningInvocations });
    },
  };
  return (cell) => tallies.get(cell);
}

/** The cell's tally for each running invocation, by the invocation's trace. Undefined for a sweep. */
type RunningInvocations = Map<string, CallTally | undefined>;

async function countInvocation<Ended extends { log: string }>(
  invocation: FunctionInvocation,
  go: () => Promise<Ended>,
  { tally, runningInvocations }: { tally: CallTally | undefined; runningInvocations: RunningInvocations },
): Promise<Ended> {
  if (tally === undefined && !isScheduledInvocation(invocation)) return go();
  const trace = `Root=${invocation.requestId}`;
  runningInvocations.set(trace, tally);
  const outcome = await go().finally(() => runningInvocations.delete(trace));
  if (tally === undefined) return outcome;
  tally.invocations += 1;
  tally.gigabyteSeconds += parseGigabyteSeconds(outcome.log);
  return outcome;
}

const reportLinePattern = /Billed Duration: (\d+) ms\tMemory Size: (\d+) MB/;

/** Returns the GB-seconds that Lambda would bill for an invocation, from the REPORT line at the end of its log; 0 without one. */
export function parseGigabyteSeconds(log: string): number {
  const [, ms, megabytes] = reportLinePattern.exec(log) ?? [];
  return (Number(ms ?? 0) / 1000) * (Number(megabytes ?? 0) / 1024);
}

/** Counts the calls of each operation. */
export function countOperations({ calls }: Pick<CallTally, 'calls'>): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { operation } of calls) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** Returns the calls a minute between `from` and `to` (ms), rounded to one digit. */
export function callRatePerMinute({ calls }: Pick<CallTally, 'calls'>, from: number, to: number): number {
  const between = calls.filter(({ at }) => at > from && at <= to);
  return Math.round((between.length / ((to - from) / 60_000)) * 10) / 10;
}
