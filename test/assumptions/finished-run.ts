import type { TestEnvironment } from './environment.ts';
import type { Scenario } from './scenarios.ts';

/** A finished run. It contains, for each scenario, the executions that the scenario's acts started, in order. */
export interface FinishedRun {
  environment: TestEnvironment;
  started: Map<Scenario, string[]>;
  /** The denials that AWS returned to the actors. */
  refused: string[];
  /** The results of each job, by its id: the names of the operations. */
  results: Map<string, Set<string>>;
  /** The ARNs of the tasks that RunTask has started, by their family. */
  tasks: Map<string, Set<string>>;
}
