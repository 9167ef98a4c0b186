import { parseRevisionName } from '../parsing/arn.ts';
import { type Deployment, findNewerDeployment, findOurDeployment } from '../rollout/observation.ts';
import type { RollbackAction, RollbackActionFacts } from './action-result.ts';
import { formatNoKnownGood, formatRegisteredAgain, isActiveRevision, type KnownGoodChoice } from './choose-revision.ts';
import { chooseRevisionToRestore } from './choose-target.ts';
import {
  isSameRevisionAndImages,
  type PastDeployment,
  type RevisionsByCopy,
  resolveOriginalRevision,
} from './deployment-history.ts';
import { hasEcsRolledBack, isEcsRollbackFailed } from './ecs-rollback.ts';
import { mapCopiesToOriginals } from './facts.ts';
import { explainLateCompletion } from './late-completion.ts';
import { pinImagesAsRun } from './pin-images.ts';
import { findRevisionAfterStop } from './stop-destination.ts';

const doNothing = (why: string, back?: string, by?: Deployment): RollbackAction => ({ do: 'nothing', why, back, by });

/** Statuses in which a service deployment can be stopped with ROLLBACK (developer guide, stop-service-deployment). */
const stoppableStatuses = ['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED'];

/** Whether anything prevents a rollback: a service that no longer exists, or a newer deployment that is not ours. */
function findBlocker(facts: RollbackActionFacts, good: PastDeployment | undefined, restores: RevisionsByCopy) {
  const { observation } = facts;
  if (observation.service.status !== 'ACTIVE') return doNothing(`The service is ${observation.service.status}.`);
  const newer = findNewerDeployment(observation);
  if (newer === undefined || isEcsRollbackFailed(facts)) return undefined;
  const { taskDefinition } = newer;
  if (good !== undefined && isRevision(good.taskDefinition, taskDefinition, restores))
    return isRestoreFailed(facts)
      ? undefined
      : doNothing(
          `Deployment ${newer.id} brings ${parseRevisionName(taskDefinition)} back already.`,
          taskDefinition,
          hasEcsRolledBack(facts) ? undefined : newer,
        );
  return doNothing(
    `Deployment ${newer.id} of ${parseRevisionName(taskDefinition)} began after ours, and Gantry does not roll it back.`,
  );
}

const isRevision = (one: string, other: string, restores: RevisionsByCopy): boolean =>
  resolveOriginalRevision(one, restores) === resolveOriginalRevision(other, restores);

/** Statuses in which ECS has ended a deployment that did not succeed (botocore ecs `ServiceDeploymentStatus`). */
const failedStatuses = ['STOPPED', 'ROLLBACK_FAILED'];

/**
 * Whether ECS has failed the deployment with which an earlier try began to restore the revision, so that the service names the revision but does not run it.
 * The history shows this if the service does not (`rolloutState` is absent).
 */
function isRestoreFailed({ observation, restoring, deployments }: RollbackActionFacts): boolean {
  const primary = observation.service.deployments.find(({ status }) => status === 'PRIMARY');
  if (primary === undefined || primary.id !== restoring) return false;
  const [newest] = deployments;
  return (
    primary.rolloutState === 'FAILED' ||
    (newest?.taskDefinition === primary.taskDefinition && failedStatuses.includes(newest.status))
  );
}

/**
 * Whether to stop the deployment with ROLLBACK. ECS's own rollback is the fastest, because the old tasks still run. It is allowed only if ECS would restore
 * the same revision.
 */
function canStop(
  { observation, deployments, revisions }: RollbackActionFacts,
  good: PastDeployment,
  restores: RevisionsByCopy,
) {
  const { serviceDeployment } = observation;
  const destination = findRevisionAfterStop(deployments, ({ arn }) => arn === serviceDeployment?.arn);
  return (
    stoppableStatuses.includes(serviceDeployment?.status ?? '') &&
    destination !== undefined &&
    isActiveRevision(revisions.get(good.taskDefinition)) &&
    isSameRevisionAndImages(destination, good, restores)
  );
}

/**
 * Decides how to restore the last known-good revision: by ECS's own rollback, else by an update of the service. Never replaces a newer
 * deployment that is not ours, and never restores a revision without evidence that it worked.
 */
export function decideRollbackAction(facts: RollbackActionFacts): RollbackAction {
  const { observation, revisions } = facts;
  const status = observation.serviceDeployment?.status ?? '';
  if (status === 'ROLLBACK_REQUESTED' || status === 'ROLLBACK_IN_PROGRESS')
    return doNothing('ECS is rolling back already.');
  const late = explainLateCompletion(facts.late === true, observation);
  if (late !== undefined) return doNothing(late);
  const restores = mapCopiesToOriginals(revisions);
  const { good, deleted } = chooseTarget(facts, restores);
  const blocked = findBlocker(facts, good, restores);
  if (blocked !== undefined) return blocked;
  if (good === undefined) return doNothing(formatNoKnownGood(facts.service, deleted));
  const { taskDefinition: back } = good;
  if (observation.serviceDeployment !== undefined && canStop(facts, good, restores))
    return { do: 'stop', serviceDeploymentArn: observation.serviceDeployment.arn, back };
  if (facts.requested === undefined && isRedeployment(facts, good, restores))
    return doNothing(
      `The service ran ${parseRevisionName(back)} before, too, and no other revision is to come back.`,
      back,
    );
  const isOver = findOurDeployment(observation) === undefined && !isEcsRollbackFailed(facts) && !isRestoreFailed(facts);
  if (isOver && isRevision(observation.service.taskDefinition, back, restores))
    return doNothing(`The service is on ${parseRevisionName(observation.service.taskDefinition)} already.`, back);
  return decideServiceUpdate(facts, good);
}

/** Returns the revision that Decide Rollback chose, while ECS still describes it, or chooses one. */
function chooseTarget(facts: RollbackActionFacts, restores: RevisionsByCopy): KnownGoodChoice {
  const { requested, revisions } = facts;
  if (requested === undefined) return chooseRevisionToRestore(facts, restores);
  return revisions.has(requested.taskDefinition) ? { good: requested, deleted: [] } : { deleted: [requested] };
}

/** Whether the failed rollout deployed the known-good revision itself, with the same images. */
function isRedeployment(
  { observation, deployments }: RollbackActionFacts,
  good: PastDeployment,
  restores: RevisionsByCopy,
) {
  const failed = deployments.find(({ arn }) => arn === observation.serviceDeployment?.arn);
  return (
    observation.rollout.taskDefinition === good.taskDefinition &&
    (failed === undefined || isSameRevisionAndImages(failed, good, restores))
  );
}

function decideServiceUpdate({ observation, revisions }: RollbackActionFacts, good: PastDeployment): RollbackAction {
  const { taskDefinition: back } = good;
  return {
    do: 'update',
    back,
    images: pinImagesAsRun(revisions, back, good),
    // ECS starts no new deployment if the service already has the revision.
    force: observation.service.taskDefinition === back,
    note: formatRegisteredAgain(back, revisions),
  };
}
