import { type InputArtifact, listDeployedImages, type Target } from '../model/release.ts';
import type { StageProgress } from '../model/stage-progress.ts';
import { identifyService } from '../model/table-keys.ts';
import { escapeUnprintable } from '../parsing/display-text.ts';
import { escapeTexts } from '../parsing/escape-texts.ts';
import { type ExecutionData, isRollbackSuperseded } from './execution-data.ts';
import type { DeploymentResult, LedgerEntry } from './ledger.ts';
import { chooseKindToReport, isStageRollback } from './pipeline-facts.ts';

/** Returns the ledger entry of an execution, as far as its data goes; undefined if its service or its start is not known. */
export function createLedgerEntry(data: ExecutionData): LedgerEntry | undefined {
  const { execution, kind, release, source, artifact, verdict } = data;
  const start = data.record?.start ?? data.started;
  if (release === undefined || start === undefined) return undefined;
  const entry: LedgerEntry = {
    version: '1',
    kind: chooseKindToReport(data),
    execution,
    service: identifyService(release.target),
    target: release.target.name,
    source,
    artifact: release.artifact && toLedgerArtifact(release.artifact, artifact?.revision),
    commit: data.record?.commit ?? data.pipelineFacts?.commit,
    images: listDeployedImages(release, data.plan).map(({ name, imageUri, pinned }) => ({ name, imageUri, pinned })),
    ...revisionChange(data),
    beforeSince: kind === 'deploy' ? data.plan?.before.startedAt : undefined,
    beforeWorkedSince: kind === 'deploy' && data.plan?.before.knownGood ? data.plan.before.startedAt : undefined,
    base: data.plan?.baseTaskDefinition,
    verdict: kind === 'deploy' && verdict?.outcome === 'failed' && !verdict.undecided ? 'failed' : undefined,
    tasks: (kind === 'rollback' ? (data.rollbackOutcome ?? verdict) : verdict)?.serviceStatus.desired,
    rollBackOnFailure: kind === 'deploy' && !release.rollBackOnFailure ? false : undefined,
    ...listScheduleMoves(data),
    taskRuns: data.tasks?.runs.length ? data.tasks.runs.map(({ seenAt: _, ...run }) => run) : undefined,
    skippedTasks: release.skippedTasks,
    answers: listAnswers(verdict?.progress),
    start,
  };
  // Escapes all texts of other people: the person and the reason, the pipeline, the commit, the artifact.
  return escapeTexts(entry, escapeUnprintable);
}

/** Undefined if nobody answered a pause hook with Gantry. */
function listAnswers(progress: StageProgress | undefined): LedgerEntry['answers'] {
  const answers = [...(progress?.continued ?? []), ...(progress?.failed ?? [])].flatMap(({ answer }) => answer ?? []);
  return answers.length === 0 ? undefined : answers;
}

const listScheduleMoves = ({ schedules }: ExecutionData): Pick<LedgerEntry, 'schedules' | 'scheduleWarnings'> => ({
  schedules: schedules?.moved.length ? schedules.moved : undefined,
  scheduleWarnings: schedules?.warnings.length ? schedules.warnings : undefined,
});

const toLedgerArtifact = (
  { bucket, key, versionId, sha256 }: InputArtifact,
  revision: string | undefined,
): LedgerEntry['artifact'] => ({ bucket, key, versionId, sha256, revision });

/**
 * Returns the ledger entry of an execution that did not touch the service: it was refused, or died, before it knew what to deploy, or there was nothing to roll
 * back. `before`: the revision that the service runs, if it is known. Undefined if its start is not known.
 */
export function createUntouchedEntry(
  data: Pick<ExecutionData, 'execution' | 'kind' | 'source' | 'started' | 'pipelineFacts'>,
  target: Target,
  before?: string,
): LedgerEntry | undefined {
  const { execution, source, started, pipelineFacts } = data;
  if (started === undefined) return undefined;
  const service = identifyService(target);
  const entry: LedgerEntry = {
    version: '1',
    kind: chooseKindToReport(data),
    execution,
    service,
    target: target.name,
    source,
    commit: pipelineFacts?.commit,
    images: [],
    before,
    start: started,
  };
  return escapeTexts(entry, escapeUnprintable);
}

/** Returns the old and the new revision. The data of a rollback contain the rollout of the bad revision (core/rollback/decision-data.ts). */
function revisionChange(data: ExecutionData): Pick<LedgerEntry, 'before' | 'after'> {
  const { decision, plan, rollout, verdict, rollBack } = data;
  const before = plan?.before.taskDefinition;
  if (decision !== undefined)
    return { before: rollout?.taskDefinition, after: decision.do === 'stop' ? before : rollBack?.taskDefinition };
  return { before, after: plan?.unchanged ? before : (verdict?.following ?? rollout)?.taskDefinition };
}

/** Whether a rollback had nothing left to do, because no revision is known good or the service already runs the revision. */
const hadNothingToDo = ({ decision, rollBack, rollbackOutcome }: ExecutionData): boolean =>
  decision?.do === 'nothing' ||
  (decision !== undefined &&
    rollBack?.did === 'nothing' &&
    rollbackOutcome?.outcome === 'settled' &&
    !rollbackOutcome.back);

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
  if (isRollbackSuperseded(data)) return 'Superseded';
  if (hadNothingToDo(data)) return 'NothingToDo';
  if (succeeded) return plan?.unchanged ? 'Unchanged' : 'Succeeded';
  if (verdict?.outcome === 'superseded') return 'Superseded';
  // A stage rollback that was itself rolled back has failed. `RolledBack` of a rollback means that ECS restored the service.
  return verdict?.outcome === 'failed' && isRolledBack(data) && isStageRollback(data) !== true
    ? 'RolledBack'
    : 'Failed';
}
