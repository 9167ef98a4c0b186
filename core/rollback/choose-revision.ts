import { parseRevisionName } from '../parsing/arn.ts';
import type { DescribedTaskDefinition } from '../task-definition/raw.ts';
import type { PastDeployment } from './deployment-history.ts';

/** The revision to roll back to, and the newer known-good revisions that ECS has deleted. */
export interface KnownGoodChoice {
  good?: PastDeployment | undefined;
  deleted: PastDeployment[];
}

/**
 * Returns the newest known-good revision that ECS still describes. This can be a deregistered (INACTIVE) revision, because its content can be registered
 * again.
 */
export function chooseKnownGoodRevision(
  stack: PastDeployment[],
  revisions: ReadonlyMap<string, DescribedTaskDefinition>,
): KnownGoodChoice {
  const at = stack.findIndex(({ taskDefinition }) => revisions.has(taskDefinition));
  return at < 0 ? { deleted: stack } : { good: stack[at], deleted: stack.slice(0, at) };
}

/** Whether ECS lets the revision be deployed as it is. */
export const isActiveRevision = (described: DescribedTaskDefinition | undefined): boolean =>
  described?.taskDefinition.status === 'ACTIVE';

/** Explains what a person can do if Gantry knows no revision that works. `service`: its name in messages. */
export const formatNoKnownGood = (service: string, deleted: PastDeployment[]): string => {
  const names = [...new Set(deleted.map(({ taskDefinition }) => parseRevisionName(taskDefinition)))];
  const gone = names.length === 0 ? '' : ` (ECS has deleted ${names.join(', ')})`;
  return (
    `There is no known-good revision of ${service} to roll back to: neither ECS's deployment history nor Gantry's ledger has one that worked and was not condemned since${gone}. ` +
    `Gantry changed nothing. Release a corrected image, or name a revision: gantry rollback ${service} --to FAMILY:N.`
  );
};

/** Formats a sentence which says that Gantry registers the content of a deregistered revision as a new revision. Empty for an ACTIVE revision. */
export const formatRegisteredAgain = (
  taskDefinition: string,
  revisions: ReadonlyMap<string, DescribedTaskDefinition>,
): string => {
  const described = revisions.get(taskDefinition);
  if (described === undefined || isActiveRevision(described)) return '';
  const name = parseRevisionName(taskDefinition);
  return ` ${name} is ${described.taskDefinition.status} (deregistered), so Gantry registers its content again as a new revision.`;
};
