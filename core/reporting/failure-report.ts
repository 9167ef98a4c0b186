import * as z from 'zod';
import { type FailureType, isFailureType } from '../errors/failure.ts';
import type { Verdict } from '../model/state-data.ts';
import { revisionName } from '../parsing/arn.ts';
import { shortenMiddle } from '../parsing/display-text.ts';
import { jsonTextSchema } from '../parsing/validation.ts';
import { maxMessageLength } from '../rollout/failure-reason.ts';
import { formatServiceStatus } from '../rollout/task-counts.ts';
import { type ExecutionData, formatServiceName } from './execution-data.ts';

/** What CodePipeline is told of a release that did not work. */
export interface FailureReport {
  type: FailureType;
  message: string;
}

/** Not the release's fault: Lambda or the network did not answer, and retries did not help (Step Functions developer guide, error handling). */
const transientErrors = /^(States\.Timeout|States\.HeartbeatTimeout|Sandbox\.Timedout|Lambda\..*)$/;

const toFailureType = (error: string): FailureType => {
  if (isFailureType(error)) return error;
  return transientErrors.test(error) ? 'SystemUnavailable' : 'JobFailed';
};

/** A function's error arrives as JSON with a stack trace, which is nobody's business among those who read the pipeline. */
const lambdaErrorSchema = jsonTextSchema.pipe(z.object({ errorMessage: z.string().min(1) }));

const findFailedStep = ({
  kind,
  release,
  lease,
  plan,
  record,
  revision,
  rollout,
  verdict,
  rollBack,
}: ExecutionData): string => {
  if (rollBack !== undefined) return 'Watch Rollback';
  if (verdict?.outcome === 'failed') return verdict.rollBack === 'ecs' ? 'Watch Rollback' : 'Roll Back';
  const steps = [
    ['Watch Rollout', rollout],
    ['Update Service', revision],
    ['Register Revision', record],
    ['Record Start', plan],
    [kind === 'deploy' ? 'Check Target' : 'Decide Rollback', lease],
    ['Take Lease', release],
  ] as const;
  const last = steps.find(([, done]) => done !== undefined)?.[0];
  return last ?? (kind === 'deploy' ? 'Read Images' : 'Decide Rollback');
};

/** What went wrong, as a sentence: our own failures speak for themselves, of any other it is said where it happened. */
function describeError(story: ExecutionData, { Error: name, Cause: cause }: { Error: string; Cause: string }): string {
  const said = lambdaErrorSchema.safeParse(cause).data?.errorMessage ?? cause;
  if (isFailureType(name) && said !== '') return said;
  return `Gantry failed in the step ${findFailedStep(story)}: ${said === '' ? name : `${name}, ${said}`}`;
}

/** Certain that ECS refused before it changed anything; any other error may hide an answer that was lost. */
const errorsBeforeChange: string[] = [
  'PermissionError',
  'ConfigurationError',
  'RevisionOutOfSync',
  'RevisionUnavailable',
];

function describeServiceBeforeRollout(story: ExecutionData, error: string): string {
  const { revision } = story;
  if (revision === undefined) return `${formatServiceName(story)} was not touched.`;
  const name = revisionName(revision.taskDefinition);
  if (errorsBeforeChange.includes(error))
    return `${formatServiceName(story)} was not changed; the revision ${name} stays registered.`;
  return `Whether ${formatServiceName(story)} was updated to ${name} is not known: look at its deployments.`;
}

/** Where an error, not a verdict, left the service. */
function describeServiceAfterError(story: ExecutionData, error: string): string {
  const { rollout, verdict } = story;
  if (rollout === undefined) return describeServiceBeforeRollout(story, error);
  const seen =
    verdict === undefined
      ? 'It has not been looked at since'
      : `At the last look it was on ${formatServiceStatus(verdict.standing)}`;
  return `${formatServiceName(story)} was left in the middle of deployment ${rollout.deploymentId} to ${revisionName(rollout.taskDefinition)}, which goes on without us and was not rolled back. ${seen}.`;
}

/** Where the service stands after a failed rollout, and by whose doing. */
function describeServiceAfterVerdict(story: ExecutionData, verdict: Extract<Verdict, { outcome: 'failed' }>): string {
  const { rollBack, standing, plan } = story;
  const did = rollBack === undefined ? [] : [rollBack.sentence];
  if (standing?.outcome === 'settled') return [...did, standing.sentence].join(' ');
  if (standing?.sentence !== undefined) return [...did, standing.sentence].join(' ');
  const seen = `${formatServiceName(story)} was on ${formatServiceStatus(standing?.standing ?? verdict.standing)} at the last look.`;
  if (verdict.rollBack !== 'none') return [...did, seen].join(' ');
  if (verdict.standing.taskDefinition === plan?.before.taskDefinition) return seen;
  return `${explainNoRollback(story)} ${seen}`;
}

function explainNoRollback({ kind, release }: ExecutionData): string {
  if (kind === 'rollback') return 'Gantry does not roll back a rollback: the service needs a person.';
  return release?.rollBackOnFailure === false ? 'It was not rolled back, as asked for.' : 'It was not rolled back.';
}

/** The reason's first sentence, then where the service stands, then the details. */
const insertAfterFirstLine = (reason: string, where: string): string => {
  const [first = '', ...details] = reason.split('\n');
  return [first, where, ...details].join('\n');
};

/** The failure of an execution, of CodePipeline's type and within its limits. */
export function createFailureReport(story: ExecutionData): FailureReport {
  const { verdict, error } = story;
  if (verdict?.outcome === 'superseded')
    return { type: 'RevisionOutOfSync', message: shortenMiddle(verdict.reason, maxMessageLength) };
  if (verdict?.outcome === 'failed') {
    const broke = error === undefined ? '' : ` ${describeError(story, error)}`;
    return {
      type: 'JobFailed',
      message: shortenMiddle(
        insertAfterFirstLine(verdict.reason, describeServiceAfterVerdict(story, verdict) + broke),
        maxMessageLength,
      ),
    };
  }
  const { Error: name, Cause } = error ?? { Error: 'JobFailed', Cause: 'Gantry ended without a result.' };
  const message = `${describeError(story, { Error: name, Cause })}\n${describeServiceAfterError(story, name)}`;
  return { type: toFailureType(name), message: shortenMiddle(message, maxMessageLength) };
}
