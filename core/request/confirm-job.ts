import { Failure } from '../errors/failure.ts';
import type { PipelineJob, UnconfirmedJob } from './job.ts';
import { isExecutionOfJob, type JobIdentity } from './job-restart.ts';
import {
  type ActionOwnerFields,
  isOwnCustomAction,
  isOwnInvokeAction,
  type OwnActionIdentifiers,
} from './own-action.ts';

/** A job as CodePipeline reports it (GetJobDetails), and whose action it is. */
export interface JobFromCodePipeline {
  job: PipelineJob;
  action: ActionOwnerFields;
}

const describeAction = ({ actionTypeId }: ActionOwnerFields): string =>
  [actionTypeId?.category, actionTypeId?.owner, actionTypeId?.provider].join('/');

/** Whether CodePipeline reports a job of this installation. */
export const isJobOfInstallation = ({ action }: JobFromCodePipeline, own: OwnActionIdentifiers): boolean =>
  isOwnCustomAction(action, own) || isOwnInvokeAction(action, own);

/**
 * Returns the fields of a job from which the names of its executions are made; undefined for a job of somebody else's action. The event of an invoked
 * function does not contain the action execution, so the execution's name is made from the job's id (core/request/job.ts).
 */
export function identifyJobFromCodePipeline(
  reported: JobFromCodePipeline,
  own: OwnActionIdentifiers,
): JobIdentity | undefined {
  const { id, actionExecutionId } = reported.job;
  if (!isJobOfInstallation(reported, own)) return undefined;
  return isOwnInvokeAction(reported.action, own) ? { id } : { id, actionExecutionId };
}

/** A queued job has no configuration, because its execution's input contains only the job's id (core/request/queued-jobs.ts). */
function useUnconfirmedJob({ configuration, ...claimed }: UnconfirmedJob): PipelineJob {
  const { id, nonce } = claimed;
  if (nonce !== undefined)
    throw new Failure('SystemUnavailable', `CodePipeline does not report the job ${id}. The state is tried again.`);
  if (configuration === undefined)
    throw new Failure(
      'JobFailed',
      `CodePipeline does not report the job ${id}, and Gantry keeps only the id of a job that it could not start at once. Nothing was changed. Retry the action.`,
    );
  return { ...claimed, configuration, pipeline: undefined };
}

/**
 * Returns the job that the states work for: everything except the nonce comes from CodePipeline, because everybody who can start an execution can write its
 * input. Throws a ConfigurationError for a job of somebody else's action, for a custom action's job without a nonce, and for an execution that is not named
 * after the job: take-job has given that name to its own execution, so nobody else can start an execution with it.
 *
 * `reported` is undefined if CodePipeline does not have the job. This is possible for a job of a Lambda invoke action: "Used for custom actions only"
 * (botocore codepipeline, GetJobDetails). In that case the pipeline is unknown: the target must allow `*`, and Gantry assumes an approval before the action.
 * A job with a nonce belongs to a custom action. CodePipeline may not report it for a moment while take-job acknowledges it, so the state is retried.
 */
export function confirmJob(
  claimed: UnconfirmedJob,
  reported: JobFromCodePipeline | undefined,
  { execution, own }: { execution: string; own: OwnActionIdentifiers },
): PipelineJob {
  const { id, nonce } = claimed;
  const job = reported === undefined ? useUnconfirmedJob(claimed) : { ...reported.job, nonce };
  if (reported !== undefined) assertOwnJob(reported, nonce, own);
  if (!isExecutionOfJob(execution, nonce === undefined ? { id } : job))
    throw new Failure(
      'ConfigurationError',
      `The execution ${execution} does not have a name that take-job gives to the executions of the job ${id}. Only take-job starts an execution for a job.`,
    );
  return job;
}

function assertOwnJob(
  { job: { id }, action }: JobFromCodePipeline,
  nonce: string | undefined,
  own: OwnActionIdentifiers,
): void {
  if (!isOwnCustomAction(action, own) && !isOwnInvokeAction(action, own))
    throw new Failure(
      'ConfigurationError',
      `The job ${id} is of the action type ${describeAction(action)}, expected Deploy/Custom/${own.provider} or an action that invokes ${own.takeJob}. Start no execution for the job of another action.`,
    );
  if (nonce === undefined && isOwnCustomAction(action, own))
    throw new Failure(
      'ConfigurationError',
      `The job ${id} is a custom action's, but the input has no nonce. Only take-job starts an execution for a job.`,
    );
}
