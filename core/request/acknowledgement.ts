/** CodePipeline's answer to AcknowledgeJob (botocore codepipeline `JobStatus`), or the parameter that it refused. */
export type AcknowledgeJobAnswer =
  | { status: string }
  /** `retried`: an earlier attempt of the same call may have arrived although its answer was lost. */
  | { refused: 'nonce' | 'job'; retried: boolean };

/** `$.acknowledged`: whether this execution continues, or the job belongs to another worker or is over. */
export interface JobClaim {
  status: 'InProgress' | 'Lost';
}

/**
 * Decides whether the job is ours. CodePipeline confirms that only with `InProgress`. A refused nonce means that another worker has the job, with
 * one exception. AWS does not document the answer to the second of two tries with the same nonce. If the first was ours and its answer was lost or its
 * function died (`retries`: Step Functions' count for this state), giving up would leave a job that nobody is offered again until it times out after 24 h.
 * Two executions still never work on one job: only take-job polls for our action type, it starts one execution for a job, and it starts another only
 * after that one has ended (core/request/job-restart.ts). So on a retry, the nonce was refused because of our own earlier try, or because take-job
 * received a newer nonce meanwhile. In the latter case the new nonce's execution follows ours and finds the images deployed.
 */
export function decideJobClaim(answer: AcknowledgeJobAnswer, retries: number): JobClaim {
  if ('status' in answer) return { status: answer.status === 'InProgress' ? 'InProgress' : 'Lost' };
  return { status: answer.refused === 'nonce' && (answer.retried || retries > 0) ? 'InProgress' : 'Lost' };
}
