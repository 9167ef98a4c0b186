import type { FailureType } from '../errors/failure.ts';

/** `$.report`, by Report Success and Report Failure: the result reported to CodePipeline, or the result without a report if no pipeline waits. */
export interface JobReport {
  type: 'Succeeded' | FailureType;
  message: string;
  /** Present if CodePipeline rolls back the stage. */
  stageRollback?: true | undefined;
}
