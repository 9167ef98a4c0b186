import { Failure } from '../errors/failure.ts';
import type { ContainerImage, Release } from '../model/release.ts';
import type { FailedRelease, RollbackDecision } from '../model/rollback-decision.ts';
import type { LeaseState, ReleasePlan, Rollout, Verdict } from '../model/state-data.ts';
import { escapeUnprintable } from '../parsing/display-text.ts';
import type { Deployment } from '../rollout/observation.ts';
import { toServiceStatus } from '../rollout/task-counts.ts';
import { calculateRetrySeconds } from '../waiting/interval.ts';
import type { RollbackPlan } from './facts.ts';
import { formatRollbackTargetName, primaryDeploymentOf, type RollbackFacts } from './facts.ts';
import { warnAboutUndoneReleases } from './migrations.ts';
import { pinImagesAsRun } from './pin-images.ts';

const unpinnedWarnings = (images: ContainerImage[]): string[] =>
  images
    .filter(({ pinned }) => !pinned.includes('@sha256:'))
    .map(
      ({ name, pinned }) =>
        `${name}: ECS does not report which digest ${pinned} had when it ran, so it is taken as it is now.`,
    );

function createRollbackRelease(facts: RollbackFacts, images: ContainerImage[], warnings: string[] = []): Release {
  const { cause, now, target, timeoutMinutes, woken } = facts;
  return {
    target,
    images,
    base: { from: 'service' },
    force: false,
    // A rollback is never rolled back itself.
    rollBackOnFailure: false,
    deadline: new Date(now.getTime() + timeoutMinutes * 60_000).toISOString(),
    bakeMinutes: 0,
    woken,
    by: cause.kind === 'hand' ? cause.by : undefined,
    reason: cause.kind === 'hand' ? cause.reason : undefined,
    warnings: [...warnings, ...unpinnedWarnings(images)],
  };
}

const warnAboutMigrationsOf = (facts: RollbackFacts, back: string): string[] =>
  warnAboutUndoneReleases(facts.entries, { bad: requirePrimary(facts).taskDefinition, back });

const requirePrimary = (facts: RollbackFacts): Deployment => {
  const found = primaryDeploymentOf(facts);
  if (found !== undefined) return found;
  throw new Failure('SystemUnavailable', `${formatRollbackTargetName(facts)} has no PRIMARY deployment at the moment.`);
};

const createReleasePlan = ({ alarms, now }: RollbackFacts, before: ReleasePlan['before']): ReleasePlan => ({
  at: now.toISOString(),
  before,
  unchanged: false,
  alarms,
  warnings: [],
});

function decideRevision(
  facts: RollbackFacts,
  { reason, revision, ran, warnings }: RollbackPlan & { do: 'revision' },
): RollbackDecision {
  const release = createRollbackRelease(facts, pinImagesAsRun(facts.revisions, revision, ran), [
    ...(warnings ?? []),
    ...warnAboutMigrationsOf(facts, revision),
  ]);
  const data = createFailedRelease(facts, { release, reason, back: revision });
  // If a person named a revision that is not known good, there is a warning. Gantry itself chooses only known-good revisions.
  const before = { ...data.plan.before, knownGood: warnings === undefined || warnings.length === 0 };
  const plan = { ...data.plan, before, baseTaskDefinition: revision };
  return { do: 'revision', reason, revision, data: { ...data, plan } };
}

/** Roll Back stops the deployment. If the deployment has ended by then, Roll Back restores the revision. */
function decideStop(facts: RollbackFacts, rollbackPlan: RollbackPlan & { do: 'stop' }): RollbackDecision {
  const { reason, back, serviceDeploymentArn } = rollbackPlan;
  const release = createRollbackRelease(facts, [], warnAboutMigrationsOf(facts, back));
  return { do: 'stop', reason, data: createFailedRelease(facts, { release, reason, back, serviceDeploymentArn }) };
}

/** Creates the same data as after a failed rollout of ours, for the service's PRIMARY deployment. `back`: the revision to restore. */
function createFailedRelease(
  facts: RollbackFacts,
  { release, reason, back, serviceDeploymentArn }: RollbackBegin,
): FailedRelease {
  const { id, taskDefinition, createdAt } = requirePrimary(facts);
  const rollout: Rollout = { deploymentId: id, taskDefinition, startedAt: createdAt.toISOString() };
  const verdict: Verdict = {
    outcome: 'failed',
    reason,
    rollBack: 'gantry',
    at: facts.now.toISOString(),
    serviceStatus: toServiceStatus(facts.service),
    serviceDeploymentArn,
  };
  const old = facts.service.deployments.find((deployment) => deployment.taskDefinition === back);
  const plan = createReleasePlan(facts, { taskDefinition: back, deploymentId: old?.id ?? 'gone' });
  return { release, plan, rollout, verdict, lease: notYetRequested };
}

interface RollbackBegin {
  release: Release;
  reason: string;
  back: string;
  serviceDeploymentArn?: string | undefined;
}

/** The state of the lease before Take Lease has run for the first time. */
const notYetRequested: LeaseState = {
  status: 'none',
  warning: 'Without a lease, since none could be requested.',
  retrySeconds: calculateRetrySeconds(new Date(0), new Date(0)),
};

/** Returns the output of Decide Rollback: the decision, and the data that the following states expect. */
export function createRollbackDecision(facts: RollbackFacts, planned: RollbackPlan): RollbackDecision {
  // The reason can name an alarm, whose name can be any text.
  const rollbackPlan = { ...planned, reason: escapeUnprintable(planned.reason) };
  switch (rollbackPlan.do) {
    case 'nothing':
      return {
        do: 'nothing',
        reason: rollbackPlan.reason,
        service: rollbackPlan.isRecorded
          ? { target: facts.target, taskDefinition: facts.service.taskDefinition }
          : undefined,
      };
    case 'stop':
      return decideStop(facts, rollbackPlan);
    case 'revision':
      return decideRevision(facts, rollbackPlan);
  }
}
