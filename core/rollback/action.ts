import { revisionName } from '../parsing/arn.ts';
import { findNewerDeployment, findOurDeployment } from '../rollout/observation.ts';
import type { RollbackAction, RollbackActionFacts } from './action-result.ts';
import { formatNoKnownGood, formatRegisteredAgain, isActiveRevision } from './choose-revision.ts';
import { chooseRollbackTarget } from './choose-target.ts';
import { findStopDestination } from './decide.ts';
import {
  isSameRevisionAndImages,
  type OriginalRevisions,
  type PastDeployment,
  resolveOriginalRevision,
} from './deployment-history.ts';
import { findOriginalRevisions } from './facts.ts';
import { pinImagesAsRun } from './pin-images.ts';

const doNothing = (why: string, back?: string): RollbackAction => ({ do: 'nothing', why, back });

/** Statuses in which a service deployment can be stopped with ROLLBACK (developer guide, stop-service-deployment). */
const stoppableStatuses = ['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED'];

/** Whether anything prevents a rollback: a service that no longer exists, or a newer deployment that is not ours. */
function findBlocker(facts: RollbackActionFacts, good: PastDeployment | undefined, restores: OriginalRevisions) {
  const { look } = facts;
  if (look.service.status !== 'ACTIVE') return doNothing(`The service is ${look.service.status}.`);
  const newer = findNewerDeployment(look);
  if (newer === undefined || isEcsRollbackFailed(facts)) return undefined;
  const { taskDefinition } = newer;
  if (good !== undefined && isRevision(good.taskDefinition, taskDefinition, restores))
    return doNothing(`Deployment ${newer.id} brings ${revisionName(taskDefinition)} back already.`, taskDefinition);
  return doNothing(
    `Deployment ${newer.id} of ${revisionName(taskDefinition)} began after ours, and Gantry does not roll it back.`,
  );
}

const isRevision = (one: string, other: string, restores: OriginalRevisions): boolean =>
  resolveOriginalRevision(one, restores) === resolveOriginalRevision(other, restores);

/** Whether ECS gave up its own rollback and nobody has deployed since: our deployment is still the newest in its history. */
const isEcsRollbackFailed = ({ look, deployments }: RollbackActionFacts): boolean =>
  look.serviceDeployment?.status === 'ROLLBACK_FAILED' && deployments[0]?.arn === look.serviceDeployment.arn;

/** Whether the deployment can be stopped: ECS's own rollback is the fastest, because the old tasks still run, but it must lead to the same revision. */
function canStop(
  { look, deployments, revisions }: RollbackActionFacts,
  good: PastDeployment,
  restores: OriginalRevisions,
) {
  const { serviceDeployment } = look;
  const destination = findStopDestination(deployments, ({ arn }) => arn === serviceDeployment?.arn);
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
  const { look, revisions } = facts;
  const status = look.serviceDeployment?.status ?? '';
  if (status === 'ROLLBACK_REQUESTED' || status === 'ROLLBACK_IN_PROGRESS')
    return doNothing('ECS is rolling back already.');
  const restores = findOriginalRevisions(revisions);
  const { good, deleted } = chooseRollbackTarget(facts, restores);
  const blocked = findBlocker(facts, good, restores);
  if (blocked !== undefined) return blocked;
  if (good === undefined) return doNothing(formatNoKnownGood(facts.service, deleted));
  const { taskDefinition: back } = good;
  if (look.serviceDeployment !== undefined && canStop(facts, good, restores))
    return { do: 'stop', serviceDeploymentArn: look.serviceDeployment.arn, back };
  if (isRedeployment(facts, good, restores))
    return doNothing(`The service ran ${revisionName(back)} before, too, and no other revision is to come back.`, back);
  const isOver = findOurDeployment(look) === undefined && !isEcsRollbackFailed(facts);
  if (isOver && isRevision(look.service.taskDefinition, back, restores))
    return doNothing(`The service is on ${revisionName(look.service.taskDefinition)} already.`, back);
  return decideServiceUpdate(facts, good);
}

/** Whether the failed rollout deployed the known-good revision itself, with the same images. */
function isRedeployment({ look, deployments }: RollbackActionFacts, good: PastDeployment, restores: OriginalRevisions) {
  const failed = deployments.find(({ arn }) => arn === look.serviceDeployment?.arn);
  return (
    look.rollout.taskDefinition === good.taskDefinition &&
    (failed === undefined || isSameRevisionAndImages(failed, good, restores))
  );
}

function decideServiceUpdate({ look, revisions }: RollbackActionFacts, good: PastDeployment): RollbackAction {
  const { taskDefinition: back } = good;
  return {
    do: 'update',
    back,
    images: pinImagesAsRun(revisions, back, good),
    // ECS starts no deployment of the revision that the service already has.
    force: look.service.taskDefinition === back,
    note: formatRegisteredAgain(back, revisions),
  };
}
