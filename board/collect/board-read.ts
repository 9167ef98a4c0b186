import type { RepeatedRead } from '../../core/board/plan-reads.ts';

/** One read of the board. `run` stores the data that it has read. `fail` stores why the read failed. */
export interface BoardRead extends RepeatedRead {
  run(): Promise<void>;
  fail(problem: string): void;
}

/** A read without the time of its last run. The schedule adds that time. */
export type UnscheduledRead = Omit<BoardRead, 'lastAt'>;

const second = 1000;

/** The time until a read is repeated, in ms. For a service in which something is in progress, the reads make at most five calls a minute. */
export const intervals = {
  serviceInMotion: 30 * second,
  serviceAtRest: 60 * second,
  /** A service that is described with a call of its own. */
  singleServiceAtRest: 120 * second,
  tableInMotion: 60 * second,
  tableAtRest: 120 * second,
  execution: 30 * second,
  /** The interval if the deployment in ECS's history is read as well. */
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
