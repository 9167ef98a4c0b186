import type { ContainerImage, Release } from '../model/release.ts';
import type { RegisteredRevision, ReleasePlan } from '../model/state-data.ts';
import { hasImages, setImages } from './images.ts';
import {
  type DescribedTaskDefinition,
  familyOfRevision,
  parseRevisionNumber,
  type RawTaskDefinition,
  type Tag,
  toRegistrableDefinition,
} from './raw.ts';
import { replaceTagsWithDigests } from './sidecars.ts';
import { createExecutionTag, listTagWarnings, planRevisionTags } from './tags.ts';

/** The decision of Register Revision: deploy an existing revision, or register a new revision. */
export type RevisionDecision =
  | { do: 'keep'; revision: RegisteredRevision }
  | ({ do: 'register' } & RevisionRegistration);

/** A revision to register: its content, its tags, and warnings about tags for which it has no room. */
export interface RevisionRegistration {
  definition: RawTaskDefinition;
  tags: Tag[];
  warnings: string[];
}

/** The inputs of a revision. `pipeline` describes in words where the release came from. */
export interface RevisionFacts {
  execution: string;
  release: Release;
  plan: ReleasePlan;
  base: DescribedTaskDefinition;
  pipeline?: string | undefined;
  /** For a rollback: the revision whose images are pinned. */
  restores?: string | undefined;
}

/** Decides which revision to deploy: the base if it already has the images, otherwise a copy of the base with the images and Gantry's tags. */
export function decideRevision({
  execution,
  release,
  plan,
  base,
  pipeline,
  restores,
}: RevisionFacts): RevisionDecision {
  const { artifact } = release;
  const images = [...release.images, ...(plan.images ?? [])];
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
    definition: replaceTagsWithDigests(
      setImages(toRegistrableDefinition(base.taskDefinition), images),
      keptImages(release),
    ),
    tags: planned.tags,
    warnings: listTagWarnings(planned),
  };
}

const keptImages = ({ base }: Release): ContainerImage[] => (base.from === 'file' ? (base.images ?? []) : []);

const keepRevision = (taskDefinition: string, plan: ReleasePlan): RevisionDecision => ({
  do: 'keep',
  revision: { taskDefinition, same: taskDefinition === plan.before.taskDefinition },
});

/** Whether an earlier try of the same execution registered `found`: `found` has the execution's tag and the wanted images. */
export function isFromThisExecution(
  found: DescribedTaskDefinition,
  execution: string,
  wanted: RawTaskDefinition,
): boolean {
  const { key, value } = createExecutionTag(execution);
  const images = new Map(found.taskDefinition.containerDefinitions.map(({ name, image }) => [name, image]));
  return (
    found.tags.some((tag) => tag.key === key && tag.value === value) &&
    wanted.containerDefinitions.every(({ name, image }) => images.get(name) === image)
  );
}

/**
 * The maximum number of a family's newest revisions that a retry checks. So a retry finds its own revision unless more than four other revisions were
 * registered in the meantime.
 */
const maxRevisionsSince = 5;

/**
 * Returns the revisions after `since`, of a family's newest revisions (ARNs, newest first). An earlier try of this execution can have registered only one of
 * these.
 */
export const selectRevisionsSince = (since: string, newest: string[]): string[] =>
  newest
    .filter(
      (arn) =>
        familyOfRevision(arn) !== familyOfRevision(since) || parseRevisionNumber(arn) > parseRevisionNumber(since),
    )
    .slice(0, maxRevisionsSince);
