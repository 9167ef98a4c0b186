import type { Release } from '../model/release.ts';
import type { RegisteredRevision, ReleasePlan } from '../model/state-data.ts';
import { hasImages, withImages } from './images.ts';
import {
  type DescribedTaskDefinition,
  parseFamily,
  parseRevisionNumber,
  type RawTaskDefinition,
  removeOutputOnlyFields,
  type Tag,
} from './raw.ts';
import { executionTag, planRevisionTags, warnAboutTags } from './tags.ts';

/** What Register Revision has to do: deploy a revision that exists, or register this one. */
export type RevisionDecision =
  | { do: 'keep'; revision: RegisteredRevision }
  | ({ do: 'register' } & RevisionRegistration);

export interface RevisionRegistration {
  definition: RawTaskDefinition;
  tags: Tag[];
  warnings: string[];
}

/** What the revision is made from. `pipeline` is where the release came from, in words. */
export interface RevisionFacts {
  execution: string;
  release: Release;
  plan: ReleasePlan;
  base: DescribedTaskDefinition;
  pipeline?: string | undefined;
  /** On the way back: the revision whose images are pinned. */
  restores?: string | undefined;
}

/** Copies the base whole, with the images and where it comes from; nothing is registered where the base has the images already. */
export function decideRevision({
  execution,
  release,
  plan,
  base,
  pipeline,
  restores,
}: RevisionFacts): RevisionDecision {
  const { images, artifact } = release;
  const existing = plan.baseTaskDefinition;
  const deployable = restores === undefined || base.taskDefinition.status === 'ACTIVE';
  if (existing !== undefined && deployable && hasImages(base.taskDefinition, images))
    return keepRevision(existing, plan);
  const rollbackDisabled = restores === undefined && !release.rollBackOnFailure;
  const provenance = {
    execution,
    replaces: plan.before.taskDefinition,
    restores,
    rollbackDisabled,
    pipeline,
    artifact,
    images,
  };
  const planned = planRevisionTags(base.tags, provenance);
  return {
    do: 'register',
    definition: withImages(removeOutputOnlyFields(base.taskDefinition), images),
    tags: planned.tags,
    warnings: warnAboutTags(planned),
  };
}

const keepRevision = (taskDefinition: string, plan: ReleasePlan): RevisionDecision => ({
  do: 'keep',
  revision: { taskDefinition, same: taskDefinition === plan.before.taskDefinition },
});

/** Was `found` registered by an earlier try of the same execution? Its tag says so, and it has the images that are wanted. */
export function isFromThisExecution(
  found: DescribedTaskDefinition,
  execution: string,
  wanted: RawTaskDefinition,
): boolean {
  const { key, value } = executionTag(execution);
  const images = new Map(found.taskDefinition.containerDefinitions.map(({ name, image }) => [name, image]));
  return (
    found.tags.some((tag) => tag.key === key && tag.value === value) &&
    wanted.containerDefinitions.every(({ name, image }) => images.get(name) === image)
  );
}

/** How many of a family's newest revisions a retry looks into at most: so many others may have registered meanwhile. */
const maxRevisionsSince = 5;

/** Those of a family's newest revisions (ARNs, the newest first) that a try of this execution can have registered: later than `since`. */
export const revisionsSince = (since: string, newest: string[]): string[] =>
  newest
    .filter((arn) => parseFamily(arn) !== parseFamily(since) || parseRevisionNumber(arn) > parseRevisionNumber(since))
    .slice(0, maxRevisionsSince);
