import { type Finding, failed, familyOf, subject } from './finding.ts';
import { type Deployment, type Look, newerIn } from './look.ts';

/**
 * A newer deployment took over: followed where it carries our images, else left alone. Without a service deployment to ask,
 * ECS's rollback of ours shows in the newer one's words (AWS docs, ecs_cwe_events).
 */
export function overtaken(look: Look): Finding | undefined {
  const by = newerIn(look);
  if (by === undefined) return undefined;
  if (/rolling back/i.test(by.rolloutStateReason ?? ''))
    return failed(`${subject(look)} failed and ECS rolls it back.`, by.rolloutState === 'COMPLETED' ? 'none' : 'ecs');
  if (carriesOurs(look, by)) {
    const startedAt = by.createdAt.toISOString();
    return { outcome: 'going on', following: { deploymentId: by.id, taskDefinition: by.taskDefinition, startedAt } };
  }
  const sentence = `${subject(look)} was superseded by deployment ${by.id} of ${familyOf(by.taskDefinition)}, which somebody else started at ${by.createdAt.toISOString()} and which does not carry these images. It was left alone.`;
  return { outcome: 'superseded', sentence, by };
}

const carriesOurs = ({ images, rollout, newestImages }: Look, by: Deployment): boolean =>
  by.taskDefinition === rollout.taskDefinition ||
  (images.length > 0 &&
    images.every(({ name, pinned }) => newestImages.some((there) => there.name === name && there.image === pinned)));
