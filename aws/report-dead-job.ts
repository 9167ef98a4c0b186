import { isJobTakenOver } from '../core/reporting/dead-execution.ts';
import type { FailureReport } from '../core/reporting/failure-report.ts';
import { identifyJobFromCodePipeline } from '../core/request/confirm-job.ts';
import { isExecutionOfJob, type JobIdentity } from '../core/request/job-restart.ts';
import type { OwnActionIdentifiers } from '../core/request/own-action.ts';
import { putJobFailure, type ResultDelivery } from './codepipeline.ts';
import { readJobFromCodePipeline } from './job-details.ts';

/** A dead execution, the job that its input claims, its report, and the ARNs of the executions that run. */
export interface DeadJobReport {
  execution: string;
  claimed: JobIdentity;
  failure: FailureReport;
  running: string[];
}

/**
 * Reports the job of a dead execution, unless another execution works for the job. Everybody who can start an execution can write any job's id into its
 * input, so a job is reported only if CodePipeline says that it belongs to this installation, and the execution has the job's name. If CodePipeline does not
 * have the job, only the name is compared. Throws if CodePipeline does not answer.
 */
export async function reportDeadJob(
  { execution, claimed, failure, running }: DeadJobReport,
  own: OwnActionIdentifiers,
): Promise<ResultDelivery | 'job of another'> {
  const reported = await readJobFromCodePipeline(claimed.id);
  const job = reported === undefined ? claimed : identifyJobFromCodePipeline(reported, own);
  if (job === undefined || !isExecutionOfJob(execution, job)) return 'job of another';
  if (isJobTakenOver(job, execution, running)) return 'job over';
  return putJobFailure({ jobId: job.id, failureDetails: { ...failure, externalExecutionId: execution } });
}
