/** What AcknowledgeJob answered (botocore codepipeline `JobStatus`), or which of its parameters it refused. */
export type Acknowledgement =
  | { status: string }
  /** `retried`: an earlier attempt of the same call may have arrived although its answer did not. */
  | { refused: 'nonce' | 'job'; retried: boolean };

/** `$.acknowledged`: whether this execution may go on, or the job is someone else's or over. */
export interface Acknowledged {
  status: 'InProgress' | 'Lost';
}

/**
 * Decides whether the job is ours. CodePipeline says to go on only at `InProgress`. A refused nonce means that another has it, with one
 * exception: what the second of two attempts with the same nonce gets is not documented, and where the first was ours and its
 * answer was lost, giving up would leave a job that nobody is offered again to hang for 24 h. Going on wrongly costs little: executions are unique
 * by the job's name, so the other one can only be a successor with a newer nonce, and it would find its images deployed already.
 */
export function acknowledgedOf(answer: Acknowledgement): Acknowledged {
  if ('status' in answer) return { status: answer.status === 'InProgress' ? 'InProgress' : 'Lost' };
  return { status: answer.refused === 'nonce' && answer.retried ? 'InProgress' : 'Lost' };
}
