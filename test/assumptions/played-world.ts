import type { Scenario } from './scenarios.ts';
import type { World } from './world.ts';

/** A run that is over: for each scenario the executions that its acts started, in order. */
export interface PlayedWorld {
  world: World;
  started: Map<Scenario, string[]>;
  /** What AWS refused those who acted. */
  refused: string[];
  /** How many results of jobs were put. */
  results: number;
}
