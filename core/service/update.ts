import { Failure } from '../errors/failure.ts';
import type { RegisteredRevision, ReleasePlan, Rollout } from '../model/state-data.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import { formatTime } from '../parsing/time-text.ts';
import {
  type CompleteDeployment,
  type DescribedService,
  findPrimaryDeployment,
  isCompleteDeployment,
} from './described-service.ts';

/** The decision of Update Service: do nothing, because an earlier try has sent the update, or send the update. */
export type UpdateDecision =
  | { do: 'nothing'; rollout: Rollout }
  | { do: 'update'; taskDefinition: string; force: boolean };

/** The facts from which Update Service decides. */
export interface UpdateFacts {
  service: DescribedService;
  /** Whether this is a later try, so that an earlier try may have sent an update whose answer was lost. */
  retried: boolean;
  /** The deployments of the revision that began after the plan was made, newest first, from ECS's history; `unknown` if the history cannot be read. */
  history: Rollout[] | 'unknown';
}

/** Whether ECS's history is needed: on a retry, or if PRIMARY is not the plan's deployment. The first try needs none if nobody else changed the service. */
export const needsDeploymentHistory = (
  { service, retried }: Omit<UpdateFacts, 'history'>,
  plan: ReleasePlan,
): boolean => retried || !isStillBefore(findPrimaryDeployment(service), plan);

/**
 * Compares the service with the plan. Throws RevisionOutOfSync if somebody else has deployed since the plan was made: our revision builds on a revision that
 * no longer runs, so it would silently revert the other deployment. Recognises our own update regardless of later changes, and never sends an update twice.
 */
export function decideUpdate(facts: UpdateFacts, plan: ReleasePlan, revision: RegisteredRevision): UpdateDecision {
  const ours = findStartedRollout(facts, plan, revision);
  if (ours !== undefined) return { do: 'nothing', rollout: ours };
  const primary = findPrimaryDeployment(facts.service);
  if (isStillBefore(primary, plan))
    return { do: 'update', taskDefinition: revision.taskDefinition, force: revision.same };
  throw new Failure('RevisionOutOfSync', explainOutOfSync(facts, primary, plan));
}

/**
 * Whether PRIMARY is the plan's own deployment. After a rollback, ECS may list this deployment under its old id with a new start time (seen in 2022 with the
 * circuit breaker).
 */
const isStillBefore = (primary: CompleteDeployment | undefined, { before }: ReleasePlan): boolean =>
  primary?.id === before.deploymentId &&
  (before.startedAt === undefined || primary.createdAt.getTime() === Date.parse(before.startedAt));

/**
 * Whether the revision was registered for this release, so that every deployment of it is ours. A revision that existed before may also run from an
 * earlier deployment.
 */
const isNewRevision = ({ baseTaskDefinition }: ReleasePlan, { taskDefinition, same }: RegisteredRevision): boolean =>
  !same && taskDefinition !== baseTaskDefinition;

/** Returns our deployment if an earlier try started it: from the service's list, or from ECS's history if the list no longer contains the deployment. */
function findStartedRollout(
  { service, history }: UpdateFacts,
  plan: ReleasePlan,
  revision: RegisteredRevision,
): Rollout | undefined {
  const listed = findStartedDeployment(service, plan, revision);
  // Takes the oldest entry: our update is the first deployment of this revision after the plan was made.
  const recorded = history === 'unknown' ? undefined : history.at(-1);
  if (listed === undefined || recorded === undefined) return listed === undefined ? recorded : toRollout(listed);
  const isListed = recorded.deploymentId === listed.id || isNewRevision(plan, revision);
  return isListed ? toRollout(listed) : recorded;
}

function findStartedDeployment(
  service: DescribedService,
  plan: ReleasePlan,
  revision: RegisteredRevision,
): CompleteDeployment | undefined {
  const isOurs = (deployment: CompleteDeployment | undefined): boolean =>
    deployment?.taskDefinition === revision.taskDefinition && deployment.id !== plan.before.deploymentId;
  const primary = findPrimaryDeployment(service);
  if (isOurs(primary)) return primary;
  return isNewRevision(plan, revision) ? service.deployments?.filter(isCompleteDeployment).find(isOurs) : undefined;
}

function explainOutOfSync(
  { retried, history }: UpdateFacts,
  primary: CompleteDeployment | undefined,
  { before }: ReleasePlan,
): string {
  const change =
    primary === undefined
      ? 'no deployment is PRIMARY'
      : `deployment ${primary.id} of ${parseRevisionName(primary.taskDefinition)} began at ${formatTime(primary.createdAt)}`;
  const expected = `expected: ${before.deploymentId} of ${parseRevisionName(before.taskDefinition)}`;
  if (retried && history === 'unknown')
    return (
      `Since this release checked the service, ${change} (${expected}). ECS's history cannot be read, so it is not known whether an earlier try of this release updated the service before. ` +
      `Look at the service's deployments, then release again.`
    );
  const who = primary === undefined ? '' : ' It is not of this release.';
  return `Since this release checked the service, ${change} (${expected}).${who} Gantry did not update the service; release again to build on what runs now.`;
}

/** Returns the rollout that UpdateService returns: the service's newest deployment, of our revision. */
export function getStartedRollout(
  service: DescribedService | undefined,
  plan: ReleasePlan,
  revision: RegisteredRevision,
): Rollout {
  const ours = service && findStartedDeployment(service, plan, revision);
  if (ours !== undefined) return toRollout(ours);
  throw new Failure(
    'SystemUnavailable',
    `ECS accepted the update to ${revision.taskDefinition}, but shows no deployment of it yet.`,
  );
}

const toRollout = ({ id, taskDefinition, createdAt }: CompleteDeployment): Rollout => ({
  deploymentId: id,
  taskDefinition,
  startedAt: createdAt.toISOString(),
});
