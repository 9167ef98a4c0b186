import { z } from 'zod';
import { type Operation, operation } from '../service.ts';
import { allow, type Bucket, type Content, type Store, type Version } from './store.ts';

const listing = z.strictObject({
  Bucket: z.string(),
  Prefix: z.string().default(''),
  Delimiter: z.string().optional(),
  MaxKeys: z.coerce.number().int().min(0).max(1000).default(1000),
  StartAfter: z.string().optional(),
  ContinuationToken: z.string().optional(),
  EncodingType: z.literal('url').optional(),
});

type Listing = z.infer<typeof listing>;

const contextOf = ({ Prefix }: { Prefix: string }) => (Prefix === '' ? {} : { context: { 's3:prefix': Prefix } });

/** The lists of a bucket's objects, in order of their keys. */
export const lists = (store: Store): Record<string, Operation> => ({
  ListObjectsV2: operation(listing, async (input, call) => {
    const bucket = store.find(input.Bucket);
    await allow(call, bucket, { action: 'ListBucket', ...contextOf(input) });
    return listObjects(bucket, input);
  }),
  ListObjectVersions: operation(
    z.strictObject({ Bucket: z.string(), Prefix: z.string().default(''), EncodingType: z.literal('url').optional() }),
    async (input, call) => {
      const bucket = store.find(input.Bucket);
      await allow(call, bucket, { action: 'ListBucketVersions', ...contextOf(input) });
      return listVersions(bucket, input.Prefix, nameBy(input.EncodingType));
    },
  ),
});

const nameBy = (encoding?: 'url') => (key: string) =>
  encoding === 'url' ? encodeURIComponent(key).replaceAll('%2F', '/') : key;

const sorted = (bucket: Bucket, prefix: string): string[] =>
  [...bucket.objects.keys()].filter((key) => key.startsWith(prefix)).sort();

const described = (version: Version, content: Content) => ({
  LastModified: version.modified,
  ETag: `"${content.etag}"`,
  Size: content.size,
  StorageClass: 'STANDARD',
});

/** A key up to and with the first delimiter after the prefix: its "folder", if it is in one. */
const folderOf = (key: string, { Prefix, Delimiter }: Listing): string | undefined => {
  const end = Delimiter === undefined ? -1 : key.indexOf(Delimiter, Prefix.length);
  return Delimiter === undefined || end < 0 ? undefined : key.slice(0, end + Delimiter.length);
};

function listObjects(bucket: Bucket, input: Listing): unknown {
  const named = nameBy(input.EncodingType);
  const from = input.ContinuationToken ?? input.StartAfter ?? '';
  const current = sorted(bucket, input.Prefix).filter((key) => bucket.objects.get(key)?.[0]?.content && key > from);
  const page = current.slice(0, input.MaxKeys);
  const folders = [...new Set(page.flatMap((key) => folderOf(key, input) ?? []))];
  const Contents = page
    .filter((key) => folderOf(key, input) === undefined)
    .flatMap((key) => bucket.objects.get(key)?.slice(0, 1) ?? [])
    .flatMap((version) =>
      version.content ? [{ Key: named(version.key), ...described(version, version.content) }] : [],
    );
  const IsTruncated = current.length > page.length;
  return {
    Name: bucket.name,
    Prefix: named(input.Prefix),
    Delimiter: input.Delimiter,
    MaxKeys: input.MaxKeys,
    EncodingType: input.EncodingType,
    KeyCount: Contents.length + folders.length,
    IsTruncated,
    NextContinuationToken: IsTruncated ? page.at(-1) : undefined,
    Contents,
    CommonPrefixes: folders.map((folder) => ({ Prefix: named(folder) })),
  };
}

function listVersions(bucket: Bucket, prefix: string, named: (key: string) => string): unknown {
  const all = sorted(bucket, prefix).flatMap((key) =>
    (bucket.objects.get(key) ?? []).map((version, place) => ({ version, IsLatest: place === 0 })),
  );
  const shown = all.map(({ version, IsLatest }) => ({
    Key: named(version.key),
    VersionId: version.id,
    IsLatest,
    LastModified: version.modified,
    ...(version.content ? described(version, version.content) : {}),
  }));
  return {
    Name: bucket.name,
    Prefix: named(prefix),
    IsTruncated: false,
    Versions: shown.filter((_, place) => all[place]?.version.content),
    DeleteMarkers: shown.filter((_, place) => !all[place]?.version.content),
  };
}
