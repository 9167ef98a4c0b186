import type { Release } from '../model/release.ts';
import type { Plan, Revision } from '../model/states.ts';
import { carries, withImages } from './images.ts';
import { type Described, familyOf, numberOf, type RawTaskDefinition, registrable, type Tag } from './raw.ts';
import { executionTag, tagsFor } from './tags.ts';

/** What Register Revision has to do: deploy a revision that exists, or register this one. */
export type RevisionDecision = { do: 'keep'; revision: Revision } | ({ do: 'register' } & Registration);

export interface Registration {
  definition: RawTaskDefinition;
  tags: Tag[];
}

/** What the revision is made from. `pipeline` is where the release came from, in words. */
export interface RevisionFacts {
  execution: string;
  release: Release;
  plan: Plan;
  base: Described;
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
  if (existing !== undefined && carries(base.taskDefinition, images)) return keep(existing, plan);
  const provenance = { execution, replaces: plan.before.taskDefinition, restores, pipeline, artifact, images };
  return {
    do: 'register',
    definition: withImages(registrable(base.taskDefinition), images),
    tags: tagsFor(base.tags, provenance),
  };
}

const keep = (taskDefinition: string, plan: Plan): RevisionDecision => ({
  do: 'keep',
  revision: { taskDefinition, same: taskDefinition === plan.before.taskDefinition },
});

/** Was `found` registered by an earlier try of the same execution? Its tag says so, and it has the images that are wanted. */
export function isOurs(found: Described, execution: string, wanted: RawTaskDefinition): boolean {
  const { key, value } = executionTag(execution);
  const images = new Map(found.taskDefinition.containerDefinitions.map(({ name, image }) => [name, image]));
  return (
    found.tags.some((tag) => tag.key === key && tag.value === value) &&
    wanted.containerDefinitions.every(({ name, image }) => images.get(name) === image)
  );
}

/** How many of a family's newest revisions a retry looks into at most: so many others may have registered meanwhile. */
const mostSince = 5;

/** Those of a family's newest revisions (ARNs, the newest first) that a try of this execution can have registered: later than `since`. */
export const revisionsSince = (since: string, newest: string[]): string[] =>
  newest.filter((arn) => familyOf(arn) !== familyOf(since) || numberOf(arn) > numberOf(since)).slice(0, mostSince);
