import type { ContainerImage } from '../model/release.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import { formatTime } from '../parsing/time-text.ts';
import { createFailedFinding, type Finding, formatOurDeployment } from './finding.ts';
import { type Deployment, findNewerDeployment, type RolloutObservation } from './observation.ts';
import { listEventsSinceRollout } from './service-events.ts';
import { describeRevisionOrigin, formatDeploymentStarter } from './starter.ts';

/** Statuses in which our deployment has ended without a rollback by ECS (botocore ecs `ServiceDeploymentStatus`). */
const endedStatuses = ['STOPPED', 'SUCCESSFUL'];

const rollingBackPattern = /rolling back/i;

/** Whether the service's events report that our deployment failed and that ECS rolls back (AWS docs, service-event-messages). */
function hasRollbackEvents(observation: RolloutObservation): boolean {
  const messages = listEventsSinceRollout(observation).map(({ message }) => message);
  const ourFailure = `(deployment ${observation.rollout.deploymentId}) deployment failed`;
  return (
    messages.some((message) => rollingBackPattern.test(message)) && messages.some((each) => each.includes(ourFailure))
  );
}

/**
 * Whether the newer deployment is ECS's rollback of ours. The newer deployment's own message says so until it completes (AWS docs, ecs_cwe_events), and so
 * do the service's events. The history may show the rollback later than the service, or never.
 */
const isEcsRollback = (observation: RolloutObservation, by: Deployment): boolean =>
  by.taskDefinition !== observation.rollout.taskDefinition &&
  !endedStatuses.includes(observation.serviceDeployment?.status ?? '') &&
  (rollingBackPattern.test(by.rolloutStateReason ?? '') || hasRollbackEvents(observation));

/** Checks whether a newer deployment took over. Gantry watches the newer deployment if it has our images, and otherwise reports ours as superseded. */
export function checkSuperseded(observation: RolloutObservation): Finding | undefined {
  const by = findNewerDeployment(observation);
  if (by === undefined) return undefined;
  if (isEcsRollback(observation, by))
    return createFailedFinding(
      `${formatOurDeployment(observation)} failed and ECS rolls it back.`,
      by.rolloutState === 'COMPLETED' ? 'none' : 'ecs',
    );
  if (carriesOurImages(observation, by)) {
    const startedAt = by.createdAt.toISOString();
    return { outcome: 'going on', following: { deploymentId: by.id, taskDefinition: by.taskDefinition, startedAt } };
  }
  const known = observation.newestImages
    ? ' and which does not carry these images.'
    : '. Whether that one carries these images could not be read.';
  const sentence = `${formatOurDeployment(observation)} was superseded by deployment ${by.id} of ${parseRevisionName(by.taskDefinition)}, which ${formatDeploymentStarter(observation)} started at ${formatTime(by.createdAt)}${known}${describeRevisionOrigin(observation)} It was left alone.`;
  return { outcome: 'superseded', sentence, by };
}

/**
 * Whether the newer deployment has our images. A request can give an image for a placeholder instead of a container; such an image can be in any
 * container.
 */
function carriesOurImages({ images, rollout, newestImages = [] }: RolloutObservation, by: Deployment): boolean {
  const named = new Set(newestImages.map(({ name }) => name));
  const carried = ({ name, pinned }: ContainerImage): boolean =>
    newestImages.some((there) => there.image === pinned && (there.name === name || !named.has(name)));
  return by.taskDefinition === rollout.taskDefinition || (images.length > 0 && images.every(carried));
}
