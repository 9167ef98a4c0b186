import type { Verdict } from '../model/state-data.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import { formatServiceStatus } from '../rollout/task-counts.ts';
import { isWatchContinued } from './continued-watch.ts';
import { type ExecutionData, formatServiceName } from './execution-data.ts';
import { describeUntouchedService, hasReleaseEndedBeforeUpdate } from './task-report.ts';

/** Errors that occur before ECS changes anything. After any other error, ECS may have carried out an update although its answer was lost. */
const errorsBeforeChange: string[] = [
  'PermissionError',
  'ConfigurationError',
  'RevisionOutOfSync',
  'RevisionUnavailable',
];

function describeServiceBeforeRollout(data: ExecutionData, error: string): string {
  const { revision } = data;
  if (revision === undefined) return `${formatServiceName(data)} was not touched.`;
  const name = parseRevisionName(revision.taskDefinition);
  if (errorsBeforeChange.includes(error))
    return `${formatServiceName(data)} was not changed; the revision ${name} stays registered.`;
  return `Whether ${formatServiceName(data)} was updated to ${name} is not known: check its deployments.`;
}

/** Explains the state of the service after an error. `describeServiceAfterVerdict` does the same after a failed verdict. */
export function describeServiceAfterError(data: ExecutionData, error: string): string {
  const { rollout, verdict } = data;
  if (hasReleaseEndedBeforeUpdate(data)) return describeUntouchedService(data);
  if (verdict?.outcome === 'stable')
    return `${formatServiceName(data)} is stable on ${formatServiceStatus(verdict.serviceStatus)} and was not rolled back.`;
  if (rollout === undefined) return describeServiceBeforeRollout(data, error);
  const seen =
    verdict === undefined
      ? 'It has not been checked since'
      : `At the last check it was on ${formatServiceStatus(verdict.serviceStatus)}`;
  const left = `${formatServiceName(data)} was left in the middle of deployment ${rollout.deploymentId} to ${parseRevisionName(rollout.taskDefinition)}`;
  return isWatchContinued(data)
    ? `${left}, which goes on. ${seen}. Gantry continues to check it, and rolls it back if it was not stable in time.`
    : `${left}, which goes on without us and was not rolled back. ${seen}.`;
}

type FailedVerdict = Extract<Verdict, { outcome: 'failed' }>;

/** Explains in which state the service is after a failed rollout, and who changed it. */
export function describeServiceAfterVerdict(data: ExecutionData, verdict: FailedVerdict): string {
  const { rollBack, rollbackOutcome, plan } = data;
  const did = rollBack === undefined ? [] : [rollBack.sentence];
  if (rollbackOutcome?.outcome === 'settled') return [...did, rollbackOutcome.sentence].join(' ');
  if (rollbackOutcome?.sentence !== undefined) return [...did, rollbackOutcome.sentence].join(' ');
  const seen = `${formatServiceName(data)} was on ${formatServiceStatus(rollbackOutcome?.serviceStatus ?? verdict.serviceStatus)} at the last check.`;
  if (verdict.rollBack !== 'none') return [...did, seen].join(' ');
  if (verdict.serviceStatus.taskDefinition === plan?.before.taskDefinition) return seen;
  return `${explainNoRollback(data)} ${seen}`;
}

const explainNoRollback = ({ release }: ExecutionData): string =>
  release?.rollBackOnFailure === false ? 'It was not rolled back, as requested.' : 'It was not rolled back.';
