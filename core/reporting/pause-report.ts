import { shortenMiddle } from '../parsing/display-text.ts';
import { escapeLines } from '../parsing/escape-texts.ts';
import { maxFailureMessageLength } from '../rollout/failure-reason.ts';
import type { ExecutionData } from './execution-data.ts';
import type { FailureReport } from './failure-report.ts';
import { labelStageRollback } from './pipeline-facts.ts';

/** Returns the report to CodePipeline about a deployment that waits for a person for longer than its job can. */
export function createPauseReport(data: ExecutionData): FailureReport {
  const { verdict } = data;
  const waits = verdict?.outcome === 'going on' ? verdict.pauseReport : undefined;
  const message = waits ?? 'The deployment still waits for somebody to continue it. It was not touched.';
  return {
    type: 'JobFailed',
    message: shortenMiddle(escapeLines(labelStageRollback(data, message)), maxFailureMessageLength),
  };
}
