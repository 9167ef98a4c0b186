import * as z from 'zod';
import { type FailureType, isFailureType } from '../errors/failure.ts';
import { shortenMiddle } from '../parsing/display-text.ts';
import { escapeLines } from '../parsing/escape-texts.ts';
import { jsonTextSchema } from '../parsing/validation.ts';
import { maxFailureMessageLength } from '../rollout/failure-reason.ts';
import { type ExecutionData, isRollbackSuperseded } from './execution-data.ts';
import { formatReason } from './format-reason.ts';
import { describeServiceAfterError, describeServiceAfterVerdict } from './left-service.ts';
import { labelStageRollback } from './pipeline-facts.ts';
import {
  describeTasksAfterFailure,
  describeUntouchedService,
  findFailedPreDeployTask,
  hasReleaseEndedBeforeUpdate,
  omitTaskOutput,
} from './task-report.ts';

/** The report to CodePipeline about a release that failed. */
export interface FailureReport {
  type: FailureType;
  message: string;
}

/**
 * Errors that the release did not cause: Lambda or the network did not answer, and retries did not help (Step Functions developer guide, error
 * handling).
 */
const transientErrors = /^(States\.Timeout|States\.HeartbeatTimeout|Sandbox\.Timedout|Lambda\..*)$/;

const toFailureType = (error: string): FailureType => {
  if (isFailureType(error)) return error;
  return transientErrors.test(error) ? 'SystemUnavailable' : 'JobFailed';
};

/** A function's error arrives as JSON with a stack trace, which the pipeline's readers should not see. */
const lambdaErrorSchema = jsonTextSchema.pipe(z.object({ errorMessage: z.string().min(1) }));

const findFailedStep = (data: ExecutionData): string => {
  const { kind, release, lease, plan, record, revision, rollout, verdict, rollBack } = data;
  if (rollBack !== undefined) return 'Watch Rollback';
  if (verdict?.outcome === 'failed') return verdict.rollBack === 'ecs' ? 'Watch Rollback' : 'Roll Back';
  const steps = [
    [verdict?.outcome === 'stable' ? 'Run Task' : 'Watch Rollout', rollout],
    [hasReleaseEndedBeforeUpdate(data) ? 'Run Task' : 'Update Service', revision],
    ['Register Revision', record],
    ['Record Start', plan],
    [kind === 'deploy' ? 'Check Target' : 'Decide Rollback', lease],
    ['Take Lease', release],
  ] as const;
  const last = steps.find(([, done]) => done !== undefined)?.[0];
  return last ?? (kind === 'deploy' ? 'Read Images' : 'Decide Rollback');
};

/** Returns the error as a sentence. Keeps the message of Gantry's own failures; to any other message, adds the step in which the error happened. */
function describeError(data: ExecutionData, { Error: name, Cause: cause }: { Error: string; Cause: string }): string {
  const said = lambdaErrorSchema.safeParse(cause).data?.errorMessage ?? cause;
  if (isFailureType(name) && said !== '') return said;
  return `Gantry failed in the step ${findFailedStep(data)}: ${said === '' ? name : `${name}, ${said}`}`;
}

/**
 * Returns the data without the output of containers. The ledger, the events and Gantry's own logs are made from this data, because some of their readers are
 * not allowed to read the containers' logs.
 */
export const omitContainerOutput = (data: ExecutionData): ExecutionData =>
  omitTaskOutput(data.verdict?.outcome === 'failed' ? { ...data, verdict: { ...data.verdict, log: undefined } } : data);

/** Returns the failure report of an execution, with CodePipeline's type and within its limits. It can contain the end of a container's log. */
export function createFailureReport(data: ExecutionData): FailureReport {
  const { type, message } = describeFailure(data);
  return { type, message: shortenMiddle(escapeLines(labelStageRollback(data, message)), maxFailureMessageLength) };
}

function describeFailure(data: ExecutionData): FailureReport {
  const { verdict, error } = data;
  if (verdict?.outcome === 'superseded') return { type: 'RevisionOutOfSync', message: verdict.reason };
  const tasks = describeTasksAfterFailure(data);
  const failedTask = findFailedPreDeployTask(data);
  if (failedTask !== undefined)
    return {
      type: 'JobFailed',
      message: formatReason(failedTask, [describeUntouchedService(data), ...tasks].join(' ')),
    };
  if (verdict?.outcome === 'failed') {
    // If the result could not be delivered before, the rollback has continued after that error, so the error does not explain the end of the rollback.
    const broke =
      error === undefined || data.rollbackOutcome?.outcome === 'settled' ? [] : [describeError(data, error)];
    const where = [describeServiceAfterVerdict(data, verdict), ...tasks, ...broke].join(' ');
    return {
      type: isRollbackSuperseded(data) ? 'RevisionOutOfSync' : 'JobFailed',
      message: formatReason(verdict, where),
    };
  }
  const { Error: name, Cause } = error ?? { Error: 'JobFailed', Cause: 'Gantry ended without a result.' };
  const lines = [
    describeError(data, { Error: name, Cause }),
    [describeServiceAfterError(data, name), ...tasks].join(' '),
  ];
  return { type: toFailureType(name), message: lines.join('\n') };
}
