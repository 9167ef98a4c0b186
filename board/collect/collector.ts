import { assembleBoard } from '../../core/board/assemble.ts';
import type { BoardData } from '../../core/board/data.ts';
import { calculateCallBudget, chooseReads } from '../../core/board/plan-reads.ts';
import type { Config } from '../../core/config/check.ts';
import { listTargets } from '../../core/config/targets.ts';
import { toFailure } from '../../core/errors/aws-failure.ts';
import { createAwsClock } from './aws-clock.ts';
import type { BoardRead, UnscheduledRead } from './board-read.ts';
import { listProgressReads } from './execution-reads.ts';
import { listPatternReads, listPipelineReads } from './pipeline-reads.ts';
import { listServiceReads } from './service-reads.ts';
import { type CollectorState, createObservation, createState, expectMotion, isMoving } from './state.ts';
import { listTableReads } from './table-reads.ts';
import { listAlarmReads, listDefinitionReads, listScheduleReads } from './target-reads.ts';

/** Reads the board's data again and again, for all pages together. */
export interface Collector {
  state: CollectorState;
  /** Does the reads that are due. Never rejects: the reason of a failed read becomes part of the data. */
  tick(): Promise<void>;
  /** Returns the board as it is known now. `at` is AWS's time. */
  data(): BoardData;
  /** Reads a service again as soon as the budget allows it, because somebody has just started something there. */
  readSoon(name: string): void;
}

const listAllReads = (state: CollectorState): UnscheduledRead[] => [
  ...listPatternReads(state),
  ...listServiceReads(state),
  ...listTableReads(state),
  ...listProgressReads(state),
  ...listDefinitionReads(state),
  ...listAlarmReads(state),
  ...listScheduleReads(state),
  ...listPipelineReads(state),
];

/** The interval of a read that fails again and again grows, up to eight times the normal interval. */
const slowDown = (failures: number): number => 2 ** Math.min(failures, 3);

const withSchedule = ({ reads }: CollectorState, read: UnscheduledRead): BoardRead => {
  const record = reads.get(read.key);
  return { ...read, intervalMs: read.intervalMs * slowDown(record?.failures ?? 0), lastAt: record?.lastAt };
};

/** Returns a number from 0 to 1 that depends on the key only. It spreads the reads of many services over their interval. */
const shareOf = (key: string): number =>
  [...key].reduce((hash, character) => (hash * 31 + (character.codePointAt(0) ?? 0)) % 1009, 7) / 1009;

/** Does one read, and stores either its result or the reason of its failure. */
async function doRead(
  state: CollectorState,
  { key, calls, intervalMs, run, fail }: BoardRead,
  now: number,
): Promise<void> {
  const failures = state.reads.get(key)?.failures ?? 0;
  const spread = state.isLoaded ? 0 : intervalMs * shareOf(key);
  const record = { lastAt: now - spread, failures: 0 };
  state.reads.set(key, record);
  if (state.isLoaded) state.calls.push(...Array.from({ length: calls }, () => now));
  await run().catch((error: unknown) => {
    record.failures = failures + 1;
    fail(toFailure(error, 'the board read it').message);
  });
}

const minuteMs = 60_000;

/** Everything has been read once if no read is in progress and every read has run at least once. */
async function readDue(state: CollectorState, running: Set<string>): Promise<void> {
  const now = state.clock.now().getTime();
  state.calls = state.calls.filter((at) => at > now - minuteMs);
  const reads = listAllReads(state).map((read) => withSchedule(state, read));
  const budget = calculateCallBudget(
    [...state.services.values()].map(({ target }) => ({ inMotion: isMoving(state, target) })),
  );
  const idle = reads.filter(({ key }) => !running.has(key));
  const chosen = chooseReads(idle, { now, calls: state.calls, budget });
  state.isLoaded ||= running.size === 0 && chosen.every(({ lastAt }) => lastAt !== undefined);
  for (const { key } of chosen) running.add(key);
  await Promise.all(chosen.map((read) => doRead(state, read, now).finally(() => running.delete(read.key))));
}

/** Creates the collector of an installation. `local`: the computer's clock. Reads nothing yet. */
export function createCollector(config: Config, stage: string, local: () => Date): Collector {
  const state = createState(config, stage, createAwsClock(local));
  const running = new Set<string>();
  for (const target of listTargets(config, stage)) state.services.set(target.name, createObservation(target));
  let cached: { version: number; data: BoardData } | undefined;
  return {
    state,
    tick: () => readDue(state, running),
    data() {
      const at = state.clock.now();
      const { services, definitions, problems, version } = state;
      if (cached?.version !== version) {
        const seen = { at, definitions, services: [...services.values()], problems: [...problems.values()] };
        cached = { version, data: assembleBoard(seen, config, stage) };
      }
      return { ...cached.data, at: at.toISOString() };
    },
    readSoon: (name) => expectMotion(state, name),
  };
}
