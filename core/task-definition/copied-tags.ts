import { createSessionName } from '../model/session-name.ts';
import type { DescribedTaskDefinition } from './raw.ts';
import { findExecutionTag, isGantryTag } from './tags.ts';

/** The principal in `registeredBy`: the session of a role, or a user or the root user of the account (botocore ecs `TaskDefinition.registeredBy`). */
const sessionPattern = /^arn:[^:]*:sts::\d*:assumed-role\/(?:.*\/)?([^/]+)$/;
const userPattern = /^arn:[^:]*:iam::\d*:(?:user\/|root$)/;

/** ECS accepts other characters in a tag than STS in the name of a session, so only letters and digits are compared. */
const simplify = (name: string): string => name.replace(/[^a-z0-9]+/gi, '-');

/** Whether another principal than the execution registered a revision. False if ECS does not name the principal, or names it in an unknown form. */
function isRegisteredByAnother(registeredBy: unknown, execution: string): boolean {
  if (typeof registeredBy !== 'string') return false;
  if (userPattern.test(registeredBy)) return true;
  const session = sessionPattern.exec(registeredBy)?.[1];
  return session !== undefined && simplify(session) !== simplify(createSessionName(execution));
}

/**
 * Removes Gantry's tags from a revision that Gantry did not register. ECS's console and other deployers copy the tags of the revision that they build on, so
 * a copied tag does not show who registered a revision. ECS reports the session that registered a revision, and Gantry's sessions have the name of their
 * execution.
 */
export function dropCopiedTags(described: DescribedTaskDefinition): DescribedTaskDefinition {
  const execution = findExecutionTag(described.tags);
  if (execution === undefined || !isRegisteredByAnother(described.taskDefinition.registeredBy, execution))
    return described;
  return { ...described, tags: described.tags.filter((tag) => !isGantryTag(tag)) };
}
