import type { Rollout } from '../model/state-data.ts';
import { hasImages, withImages } from '../task-definition/images.ts';
import { removeOutputOnlyFields } from '../task-definition/raw.ts';
import type { RevisionRegistration } from '../task-definition/revision.ts';
import { planRevisionTags, warnAboutTags } from '../task-definition/tags.ts';
import type { RollbackAction } from './action-result.ts';
import { isActiveRevision } from './choose-revision.ts';
import type { RollbackFacts } from './facts.ts';

/** What to register to restore a revision: its content with the digests that ran. Undefined if ECS can deploy the revision as it is. */
export function decideRestoredRevision(
  { back, images }: RollbackAction & { do: 'update' },
  { execution, rollout, revisions }: { execution: string; rollout: Rollout; revisions: RollbackFacts['revisions'] },
): RevisionRegistration | undefined {
  const base = revisions.get(back);
  if (base === undefined || (isActiveRevision(base) && hasImages(base.taskDefinition, images))) return undefined;
  const provenance = { execution, replaces: rollout.taskDefinition, restores: back, images };
  const planned = planRevisionTags(base.tags, provenance);
  return {
    definition: withImages(removeOutputOnlyFields(base.taskDefinition), images),
    tags: planned.tags,
    warnings: warnAboutTags(planned),
  };
}
