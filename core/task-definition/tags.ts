import type { ArtifactLocation, Image } from '../model/release.ts';
import type { Tag } from './raw.ts';

/** All tags of ours begin so; whatever else a revision is tagged with is the user's and stays. */
const prefix = 'gantry:';

/** Tags on one ECS resource; characters of a key and of a value (ECS API reference, Tag and TagResource). */
const most = { tags: 50, key: 128, value: 256 };

/** Letters, spaces, numbers and `+ - = . _ : / @` may stand in a tag. */
const forbidden = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu;

const cut = (text: string, length: number): string => [...text.replace(forbidden, '_')].slice(0, length).join('');

const ours = (key: string, value: string): Tag => ({
  key: cut(`${prefix}${key}`, most.key),
  value: cut(value, most.value),
});

/** Where a revision comes from. `replaces` is the revision that the service ran before. */
export interface Provenance {
  execution: string;
  replaces: string;
  pipeline?: string | undefined;
  artifact?: ArtifactLocation | undefined;
  /** Where it only pins the images that another revision ran: that one. */
  restores?: string | undefined;
  images: Image[];
}

/** The tag by which a retry knows its own revision. */
export const executionTag = (execution: string): Tag => ours('execution', execution);

/** The revision whose images a revision with these tags pins, so that the two count as one on the way back. */
export const restoredBy = (tags: Tag[]): string | undefined =>
  tags.find(({ key }) => key === `${prefix}restores`)?.value;

const placeOf = ({ bucket, key, versionId }: ArtifactLocation): string =>
  `${bucket}/${key}${versionId === undefined ? '' : `@${versionId}`}`;

const provenanceTags = ({ execution, replaces, restores, pipeline, artifact, images }: Provenance): Tag[] => [
  executionTag(execution),
  ours('replaces', replaces),
  ...(restores === undefined ? [] : [ours('restores', restores)]),
  ...(pipeline === undefined ? [] : [ours('pipeline', pipeline)]),
  ...(artifact === undefined ? [] : [ours('artifact', placeOf(artifact))]),
  // Only where the pinned digest no longer tells the tag that was asked for.
  ...images
    .filter(({ imageUri, pinned }) => imageUri !== pinned)
    .map(({ name, imageUri }) => ours(`image:${name}`, imageUri)),
];

/** AWS keeps tags that begin with `aws:`, in any case, to itself: they come back from a describe and are refused in a request. */
const isUsers = ({ key }: Tag): boolean => !/^aws:/i.test(key) && !key.startsWith(prefix);

/** A new revision's tags: the user's from the revision it builds on, then ours, as many as fit. */
export function tagsFor(base: Tag[], provenance: Provenance): Tag[] {
  const users = base.filter(isUsers);
  const own = new Map(provenanceTags(provenance).map((tag) => [tag.key, tag]));
  return [...users, ...own.values()].slice(0, Math.max(most.tags, users.length));
}
