import type { ContainerImage } from '../model/release.ts';
import { revisionName } from '../parsing/arn.ts';
import { type Finding, failedFinding, formatOurDeployment } from './finding.ts';
import { type Deployment, findNewerDeployment, type RolloutObservation } from './observation.ts';

/**
 * A newer deployment took over: Gantry follows it if it has our images, else leaves it alone. Without a service deployment to read,
 * ECS's rollback of ours shows in the newer deployment's text (AWS docs, ecs_cwe_events).
 */
export function checkSuperseded(look: RolloutObservation): Finding | undefined {
  const by = findNewerDeployment(look);
  if (by === undefined) return undefined;
  if (look.serviceDeployment === undefined && /rolling back/i.test(by.rolloutStateReason ?? ''))
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
