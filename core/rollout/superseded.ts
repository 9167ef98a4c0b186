import type { Image } from '../model/release.ts';
import { revisionName } from '../parsing/arn.ts';
import { type Finding, failed, subject } from './finding.ts';
import { type Deployment, type Look, newerIn } from './observation.ts';

/**
 * A newer deployment took over: followed where it carries our images, else left alone. Without a service deployment to ask,
 * ECS's rollback of ours shows in the newer one's words (AWS docs, ecs_cwe_events).
 */
export function overtaken(look: Look): Finding | undefined {
  const by = newerIn(look);
  if (by === undefined) return undefined;
  if (look.serviceDeployment === undefined && /rolling back/i.test(by.rolloutStateReason ?? ''))
    return failed(`${subject(look)} failed and ECS rolls it back.`, by.rolloutState === 'COMPLETED' ? 'none' : 'ecs');
  if (carriesOurs(look, by)) {
    const startedAt = by.createdAt.toISOString();
    return { outcome: 'going on', following: { deploymentId: by.id, taskDefinition: by.taskDefinition, startedAt } };
  }
  const known = look.newestImages
    ? ' and which does not carry these images.'
    : '. Whether that one carries these images could not be read.';
  const sentence = `${subject(look)} was superseded by deployment ${by.id} of ${revisionName(by.taskDefinition)}, which somebody else started at ${by.createdAt.toISOString()}${known} It was left alone.`;
  return { outcome: 'superseded', sentence, by };
}

/** An image may have been asked for by a placeholder's name, which no container has: then any container may carry it. */
function carriesOurs({ images, rollout, newestImages = [] }: Look, by: Deployment): boolean {
  const named = new Set(newestImages.map(({ name }) => name));
  const carried = ({ name, pinned }: Image): boolean =>
    newestImages.some((there) => there.image === pinned && (there.name === name || !named.has(name)));
  return by.taskDefinition === rollout.taskDefinition || (images.length > 0 && images.every(carried));
}
