import type { Rollout } from '../model/state-data.ts';
import { hasImages, setImages } from '../task-definition/images.ts';
import { toRegistrableDefinition } from '../task-definition/raw.ts';
import type { RevisionRegistration } from '../task-definition/revision.ts';
import { listTagWarnings, planRevisionTags } from '../task-definition/tags.ts';
import type { RollbackAction } from './action-result.ts';
import { isActiveRevision } from './choose-revision.ts';
import type { RollbackFacts } from './facts.ts';

/**
 * Returns the task definition to register to restore a revision: its content with the digests that ran. Undefined if ECS can deploy the revision as
 * it is.
 */
export function decideRegistrationForRestore(
  { back, images }: RollbackAction & { do: 'update' },
  { execution, rollout, revisions }: { execution: string; rollout: Rollout; revisions: RollbackFacts['revisions'] },
): RevisionRegistration | undefined {
  const base = revisions.get(back);
  if (base === undefined || (isActiveRevision(base) && hasImages(base.taskDefinition, images))) return undefined;
  const provenance = { execution, replaces: rollout.taskDefinition, restores: back, images };
  const planned = planRevisionTags(base.tags, provenance);
  return {
    definition: setImages(toRegistrableDefinition(base.taskDefinition), images),
    tags: planned.tags,
    warnings: listTagWarnings(planned),
  };
}
