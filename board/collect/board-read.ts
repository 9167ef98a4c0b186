import type { RepeatedRead } from '../../core/board/plan-reads.ts';

/** One read of the board. `run` stores what it has read; `fail` stores why that failed. */
export interface BoardRead extends RepeatedRead {
  run(): Promise<void>;
  fail(problem: string): void;
}

/** A read that only says what it reads; the schedule adds when it was read last. */
export type UnscheduledRead = Omit<BoardRead, 'lastAt'>;

const second = 1000;

/** How long after a read the same thing is read again, in ms. In a minute these are at most five calls for a service in motion. */
export const intervals = {
  serviceInMotion: 30 * second,
  serviceAtRest: 60 * second,
  /** A service that no other shares its call with. */
  singleServiceAtRest: 120 * second,
  tableInMotion: 60 * second,
  tableAtRest: 120 * second,
  execution: 30 * second,
  /** If the deployment in ECS's history is read as well. */
  executionWithDeployment: 60 * second,
  deployment: 30 * second,
  alarms: 60 * second,
  lateEvents: 300 * second,
  schedules: 600 * second,
  approvals: 60 * second,
  pipeline: 900 * second,
  pattern: 600 * second,
  missingDefinition: 300 * second,
};
