import type { TestEnvironment } from './environment.ts';
import type { Scenario } from './scenarios.ts';

/** A run that is over: for each scenario the executions that its acts started, in order. */
export interface FinishedRun {
  environment: TestEnvironment;
  started: Map<Scenario, string[]>;
  /** What AWS refused those who acted. */
  refused: string[];
  /** How many results of jobs were put. */
  results: number;
}
