import type { ContainerImage } from '../model/release.ts';
import { revisionName } from '../parsing/arn.ts';
import { type Finding, failedFinding, formatOurDeployment } from './finding.ts';
import { type Deployment, findNewerDeployment, type RolloutObservation } from './observation.ts';
import { eventsSinceRollout } from './service-events.ts';

/** Statuses in which our deployment has ended without a rollback by ECS (botocore ecs `ServiceDeploymentStatus`). */
const endedStatuses = ['STOPPED', 'SUCCESSFUL'];

const rollingBackPattern = /rolling back/i;

/** Whether the service's events report that our deployment failed and that ECS rolls back (AWS docs, service-event-messages). */
function hasRollbackEvents(look: RolloutObservation): boolean {
  const messages = eventsSinceRollout(look).map(({ message }) => message);
  const ourFailure = `(deployment ${look.rollout.deploymentId}) deployment failed`;
  return (
    messages.some((message) => rollingBackPattern.test(message)) && messages.some((each) => each.includes(ourFailure))
  );
}

/**
 * Whether the newer deployment is ECS's rollback of ours: by its own message, which its completion replaces (AWS docs, ecs_cwe_events), or by
 * the service's events. The service may show it before the history does, and the history may have no entry at all.
 */
const isEcsRollback = (look: RolloutObservation, by: Deployment): boolean =>
  by.taskDefinition !== look.rollout.taskDefinition &&
  !endedStatuses.includes(look.serviceDeployment?.status ?? '') &&
  (rollingBackPattern.test(by.rolloutStateReason ?? '') || hasRollbackEvents(look));

/** Checks whether a newer deployment took over: Gantry follows it if it has our images, and otherwise leaves it alone. */
export function checkSuperseded(look: RolloutObservation): Finding | undefined {
  const by = findNewerDeployment(look);
  if (by === undefined) return undefined;
  if (isEcsRollback(look, by))
    return failedFinding(
      `${formatOurDeployment(look)} failed and ECS rolls it back.`,
      by.rolloutState === 'COMPLETED' ? 'none' : 'ecs',
    );
  if (carriesOurImages(look, by)) {
    const startedAt = by.createdAt.toISOString();
    return { outcome: 'going on', following: { deploymentId: by.id, taskDefinition: by.taskDefinition, startedAt } };
  }
  const known = look.newestImages
    ? ' and which does not carry these images.'
    : '. Whether that one carries these images could not be read.';
  const sentence = `${formatOurDeployment(look)} was superseded by deployment ${by.id} of ${revisionName(by.taskDefinition)}, which somebody else started at ${by.createdAt.toISOString()}${known} It was left alone.`;
  return { outcome: 'superseded', sentence, by };
}

/** A request can name an image by a placeholder, which no container is called; then the image can be in any container. */
function carriesOurImages({ images, rollout, newestImages = [] }: RolloutObservation, by: Deployment): boolean {
  const named = new Set(newestImages.map(({ name }) => name));
  const carried = ({ name, pinned }: ContainerImage): boolean =>
    newestImages.some((there) => there.image === pinned && (there.name === name || !named.has(name)));
  return by.taskDefinition === rollout.taskDefinition || (images.length > 0 && images.every(carried));
}
