import type { ArtifactLocation, ContainerImage } from '../model/release.ts';
import { formatValue } from '../parsing/validation.ts';
import type { Tag } from './raw.ts';

/** Prefix of all tags that Gantry writes; any other tag of a revision is the user's and stays. */
const tagPrefix = 'gantry:';

/** The maximum number of tags on one ECS resource, and of characters of a key and of a value (ECS API reference, Tag and TagResource). */
const tagLimits = { tags: 50, key: 128, value: 256 };

/** A tag can contain letters, spaces, numbers and `+ - = . _ : / @`. */
const forbiddenCharacters = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu;

const sanitizeTagText = (text: string, length: number): string =>
  [...text.replace(forbiddenCharacters, '_')].slice(0, length).join('');

const createTag = (key: string, value: string): Tag => ({
  key: sanitizeTagText(`${tagPrefix}${key}`, tagLimits.key),
  value: sanitizeTagText(value, tagLimits.value),
});

/** The origin of a revision. `replaces` is the revision that the service ran before. */
export interface RevisionProvenance {
  execution: string;
  replaces: string;
  pipeline?: string | undefined;
  artifact?: ArtifactLocation | undefined;
  /** The revision whose images this revision pins, if both differ in nothing else. */
  restores?: string | undefined;
  /** The release asked not to be rolled back. */
  rollbackDisabled?: boolean | undefined;
  images: ContainerImage[];
}

/** Returns the tag by which a retry recognises its own revision. */
export const createExecutionTag = (execution: string): Tag => createTag('execution', execution);

export const isGantryTag = ({ key }: Tag): boolean => key.startsWith(tagPrefix);

/** Returns the execution (its ARN) that registered a revision with these tags; undefined if Gantry did not register it. */
export const findExecutionTag = (tags: Tag[]): string | undefined =>
  tags.find(({ key }) => key === `${tagPrefix}execution`)?.value;

const rollbackDisabledTag = (): Tag => createTag('roll-back-on-failure', 'false');

/** Whether the release that registered a revision with these tags asked not to be rolled back. */
export const isRollbackDisabledByTag = (tags: Tag[]): boolean =>
  tags.some(({ key, value }) => key === rollbackDisabledTag().key && value === rollbackDisabledTag().value);

/** Returns the revision whose images a revision with these tags pins, so that a rollback treats the two as one. */
export const findRestoredRevision = (tags: Tag[]): string | undefined =>
  tags.find(({ key }) => key === `${tagPrefix}restores`)?.value;

const formatArtifactLocation = ({ bucket, key, versionId }: ArtifactLocation): string =>
  `${bucket}/${key}${versionId === undefined ? '' : `@${versionId}`}`;

/**
 * Gantry's tags. If there is no room, a required tag replaces a tag of the user. Gantry needs the required tags later. By these tags, a retry recognises its
 * own revision, a rollback recognises the revision that it restored, and an event's execution recognises that the release requested no rollback.
 */
const provenanceTags = (provenance: RevisionProvenance): { tag: Tag; required: boolean }[] => {
  const { execution, replaces, restores, rollbackDisabled = false, pipeline, artifact, images } = provenance;
  const optional = (key: string, value: string) => ({ tag: createTag(key, value), required: false });
  return [
    { tag: createExecutionTag(execution), required: true },
    optional('replaces', replaces),
    ...(restores === undefined ? [] : [{ tag: createTag('restores', restores), required: true }]),
    ...(rollbackDisabled ? [{ tag: rollbackDisabledTag(), required: true }] : []),
    ...(pipeline === undefined ? [] : [optional('pipeline', pipeline)]),
    ...(artifact === undefined ? [] : [optional('artifact', formatArtifactLocation(artifact))]),
    // The tag for an image exists only if the image was pinned, because its digest does not show the requested tag.
    ...images
      .filter(({ imageUri, pinned }) => imageUri !== pinned)
      .map(({ name, imageUri }) => optional(`image:${name}`, imageUri)),
  ];
};

/** AWS reserves tags that begin with `aws:`, in upper or lower case. A describe call returns such tags, and AWS refuses a request with them. */
const isUserTag = (tag: Tag): boolean => !/^aws:/i.test(tag.key) && !isGantryTag(tag);

/** A new revision's tags, and the tags that exceed the limit. */
export interface RevisionTags {
  tags: Tag[];
  omitted: Tag[];
}

/**
 * Returns the user's tags from the base revision, followed by Gantry's tags. If there is no room for all, Gantry's optional tags are dropped before the
 * user's tags.
 */
export function planRevisionTags(base: Tag[], provenance: RevisionProvenance): RevisionTags {
  const users = base.filter(isUserTag);
  const own = [...new Map(provenanceTags(provenance).map((one) => [one.tag.key, one])).values()];
  const required = own.filter((one) => one.required).length;
  const kept = users.slice(0, tagLimits.tags - required);
  const free = tagLimits.tags - kept.length - required;
  const optional = own.filter((one) => !one.required);
  const dropped = new Set(optional.slice(free));
  return {
    tags: [...kept, ...own.filter((one) => !dropped.has(one)).map(({ tag }) => tag)],
    omitted: [...users.slice(kept.length), ...[...dropped].map(({ tag }) => tag)],
  };
}

/** Returns the tags of a new revision, without the tags that exceed the limit. */
export const createRevisionTags = (base: Tag[], provenance: RevisionProvenance): Tag[] =>
  planRevisionTags(base, provenance).tags;

/** Returns a warning that names the tags that exceed the limit; an empty list if all tags fit. */
export const listTagWarnings = ({ omitted }: RevisionTags): string[] =>
  omitted.length === 0
    ? []
    : [
        `The new revision has no room for these tags, because ECS allows ${tagLimits.tags}: ${omitted.map(({ key }) => formatValue(key)).join(', ')}.`,
      ];
