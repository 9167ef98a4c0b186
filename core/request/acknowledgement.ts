/** CodePipeline's answer to AcknowledgeJob (botocore codepipeline `JobStatus`), or the parameter that it refused. */
export type AcknowledgeJobAnswer =
  | { status: string }
  /** `retried`: an earlier attempt of the same call may have arrived although its answer was lost. */
  | { refused: 'nonce' | 'job'; retried: boolean };

/** `$.acknowledged`: whether this execution continues. The execution ends if the job belongs to another worker, or if the job has ended. */
export interface JobClaim {
  status: 'InProgress' | 'Lost';
}

/** An execution's attempt to acknowledge its job. */
export interface AcknowledgementAttempt {
  /** Whether this is the first execution for the job. */
  first: boolean;
  /** How often Step Functions has retried the state. */
  retries: number;
}

/**
 * Decides whether the job is ours. A worker continues only after `InProgress` (CodePipeline User Guide, "Create a job worker for your custom action").
 *
 * A refused nonce has three possible reasons: take-job acknowledged the job with the same nonce just after it started this execution, and CodePipeline
 * takes a nonce only once; a later poll gave the job a newer nonce; or the job was acknowledged for another execution. For a job's first execution
 * the last reason is impossible: take-job alone polls for our action type, and it starts another execution only after the first one is closed. So
 * the job is ours, and while CodePipeline still offers it, take-job acknowledges it with the newer nonce.
 * For a later execution the last reason is possible, so it continues only if CodePipeline may have accepted an earlier try of its own.
 *
 * `answer` is undefined for the job of a Lambda invoke action, which needs no acknowledgement.
 */
export function decideJobClaim(
  answer: AcknowledgeJobAnswer | undefined,
  { first, retries }: AcknowledgementAttempt,
): JobClaim {
  if (answer === undefined) return { status: 'InProgress' };
  if ('status' in answer) return { status: answer.status === 'InProgress' ? 'InProgress' : 'Lost' };
  const ours = answer.refused === 'nonce' && (first || answer.retried || retries > 0);
  return { status: ours ? 'InProgress' : 'Lost' };
}
