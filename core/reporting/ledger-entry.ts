import { type InputArtifact, listDeployedImages } from '../model/release.ts';
import { identifyService } from '../model/table-keys.ts';
import { escapeUnprintable } from '../parsing/display-text.ts';
import { escapeTexts } from '../parsing/escape-texts.ts';
import type { ExecutionData } from './execution-data.ts';
import type { DeploymentResult, LedgerEntry } from './ledger.ts';

/** Returns the ledger entry of an execution, as far as its data goes; undefined if its service or its start is not known. */
export function createLedgerEntry(data: ExecutionData): LedgerEntry | undefined {
  const { execution, kind, release, source, artifact, verdict } = data;
  const start = data.record?.start ?? data.started;
  if (release === undefined || start === undefined) return undefined;
  const entry: LedgerEntry = {
    version: '1',
    kind,
    execution,
    service: identifyService(release.target),
    target: release.target.name,
    source,
    artifact: release.artifact && toLedgerArtifact(release.artifact, artifact?.revision),
    commit: data.record?.commit,
    images: listDeployedImages(release, data.plan).map(({ name, imageUri, pinned }) => ({ name, imageUri, pinned })),
    ...revisionChange(data),
    beforeWorkedSince: kind === 'deploy' && data.plan?.before.knownGood ? data.plan.before.startedAt : undefined,
    base: data.plan?.baseTaskDefinition,
    verdict: kind === 'deploy' && verdict?.outcome === 'failed' ? 'failed' : undefined,
    tasks: verdict?.serviceStatus.desired,
    rollBackOnFailure: kind === 'deploy' && !release.rollBackOnFailure ? false : undefined,
    start,
  };
  // Everything that other people wrote: who asked and why, the pipeline, the commit, the artifact.
  return escapeTexts(entry, escapeUnprintable);
}

const toLedgerArtifact = (
  { bucket, key, versionId, sha256 }: InputArtifact,
  revision: string | undefined,
): LedgerEntry['artifact'] => ({ bucket, key, versionId, sha256, revision });

/**
 * Returns the old and the new revision. For a rollback that stops a deployment in progress, the two are swapped: its rollout is that of the bad revision
 * (core/rollback/decision-data.ts).
 */
function revisionChange({ decision, plan, rollout, verdict }: ExecutionData): Pick<LedgerEntry, 'before' | 'after'> {
  const before = plan?.before.taskDefinition;
  const after = plan?.unchanged ? before : (verdict?.following ?? rollout)?.taskDefinition;
  return decision?.do === 'stop' ? { before: after, after: before } : { before, after };
}

const isRolledBack = ({ plan, verdict, rollbackOutcome }: ExecutionData): boolean => {
  if (rollbackOutcome?.outcome === 'settled') return rollbackOutcome.back;
  return (
    verdict?.serviceStatus.taskDefinition !== undefined &&
    verdict.serviceStatus.taskDefinition === plan?.before.taskDefinition
  );
};

/** How an execution ended, for the ledger; `succeeded`: whether the execution ends with Report Success. */
export function determineDeploymentResult(data: ExecutionData, succeeded: boolean): DeploymentResult {
  const { plan, verdict } = data;
  if (data.decision?.do === 'nothing') return 'NothingToDo';
  if (succeeded) return plan?.unchanged ? 'Unchanged' : 'Succeeded';
  if (verdict?.outcome === 'superseded') return 'Superseded';
  return verdict?.outcome === 'failed' && isRolledBack(data) ? 'RolledBack' : 'Failed';
}
