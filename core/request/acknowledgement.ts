/** What AcknowledgeJob answered (botocore codepipeline `JobStatus`), or which of its parameters it refused. */
export type AcknowledgeJobAnswer =
  | { status: string }
  /** `retried`: an earlier attempt of the same call may have arrived although its answer did not. */
  | { refused: 'nonce' | 'job'; retried: boolean };

/** `$.acknowledged`: whether this execution may go on, or the job is someone else's or over. */
export interface JobClaim {
  status: 'InProgress' | 'Lost';
}

/**
 * Decides whether the job is ours. CodePipeline says to go on only at `InProgress`. A refused nonce means that another has it, with one
 * exception: what the second of two tries with the same nonce gets is not documented, and where the first was ours and its answer was lost, or its
 * function died (`retries`: Step Functions' count of this state), giving up would leave a job that nobody is offered again to hang for 24 h.
 * Two never work on one job all the same: take-job alone may poll for our action type, it starts one execution for a job, and another only once
 * that has ended (core/request/job-restart.ts). So on a retry the nonce was refused for our own earlier try, or for a newer nonce that take-job was given
 * meanwhile; then its execution comes after ours and finds the images deployed.
 */
export function decideJobClaim(answer: AcknowledgeJobAnswer, retries: number): JobClaim {
  if ('status' in answer) return { status: answer.status === 'InProgress' ? 'InProgress' : 'Lost' };
  return { status: answer.refused === 'nonce' && (answer.retried || retries > 0) ? 'InProgress' : 'Lost' };
}
