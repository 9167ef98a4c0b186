import type { ArtifactLocation, ContainerImage } from '../model/release.ts';
import type { Tag } from './raw.ts';

/** All tags of ours begin so; whatever else a revision is tagged with is the user's and stays. */
const tagPrefix = 'gantry:';

/** Tags on one ECS resource; characters of a key and of a value (ECS API reference, Tag and TagResource). */
const tagLimits = { tags: 50, key: 128, value: 256 };

/** Letters, spaces, numbers and `+ - = . _ : / @` may stand in a tag. */
const forbiddenCharacters = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu;

const sanitizeTagText = (text: string, length: number): string =>
  [...text.replace(forbiddenCharacters, '_')].slice(0, length).join('');

const createTag = (key: string, value: string): Tag => ({
  key: sanitizeTagText(`${tagPrefix}${key}`, tagLimits.key),
  value: sanitizeTagText(value, tagLimits.value),
});

/** Where a revision comes from. `replaces` is the revision that the service ran before. */
export interface RevisionProvenance {
  execution: string;
  replaces: string;
  pipeline?: string | undefined;
  artifact?: ArtifactLocation | undefined;
  /** Where it only pins the images that another revision ran: that one. */
  restores?: string | undefined;
  /** The release asked not to be rolled back. */
  rollbackDisabled?: boolean | undefined;
  images: ContainerImage[];
}

/** The tag by which a retry knows its own revision. */
export const executionTag = (execution: string): Tag => createTag('execution', execution);

/** The execution (its ARN) that registered a revision with these tags; undefined if it was not Gantry. */
export const findExecutionTag = (tags: Tag[]): string | undefined =>
  tags.find(({ key }) => key === `${tagPrefix}execution`)?.value;

const rollbackDisabledTag = (): Tag => createTag('roll-back-on-failure', 'false');

/** Whether the release that registered a revision with these tags asked not to be rolled back. */
export const isRollbackDisabledByTag = (tags: Tag[]): boolean =>
  tags.some(({ key, value }) => key === rollbackDisabledTag().key && value === rollbackDisabledTag().value);

/** The revision whose images a revision with these tags pins, so that the two count as one on the way back. */
export const findRestoredRevision = (tags: Tag[]): string | undefined =>
  tags.find(({ key }) => key === `${tagPrefix}restores`)?.value;

const formatArtifactLocation = ({ bucket, key, versionId }: ArtifactLocation): string =>
  `${bucket}/${key}${versionId === undefined ? '' : `@${versionId}`}`;

const provenanceTags = ({
  execution,
  replaces,
  restores,
  rollbackDisabled = false,
  pipeline,
  artifact,
  images,
}: RevisionProvenance): Tag[] => [
  executionTag(execution),
  createTag('replaces', replaces),
  ...(restores === undefined ? [] : [createTag('restores', restores)]),
  ...(rollbackDisabled ? [rollbackDisabledTag()] : []),
  ...(pipeline === undefined ? [] : [createTag('pipeline', pipeline)]),
  ...(artifact === undefined ? [] : [createTag('artifact', formatArtifactLocation(artifact))]),
  // Only where the pinned digest no longer tells the tag that was asked for.
  ...images
    .filter(({ imageUri, pinned }) => imageUri !== pinned)
    .map(({ name, imageUri }) => createTag(`image:${name}`, imageUri)),
];

/** AWS keeps tags that begin with `aws:`, in any case, to itself: they come back from a describe and are refused in a request. */
const isUserTag = ({ key }: Tag): boolean => !/^aws:/i.test(key) && !key.startsWith(tagPrefix);

/** A new revision's tags: the user's from the revision it builds on, then ours, as many as fit. */
export function createRevisionTags(base: Tag[], provenance: RevisionProvenance): Tag[] {
  const users = base.filter(isUserTag);
  const own = new Map(provenanceTags(provenance).map((tag) => [tag.key, tag]));
  return [...users, ...own.values()].slice(0, Math.max(tagLimits.tags, users.length));
}
