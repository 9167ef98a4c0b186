import { z } from 'zod';
import type { Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import {
  authorizeOnBucket,
  type BucketStore,
  type EncryptedContent,
  type ObjectVersion,
  type S3Bucket,
} from './store.ts';

const listObjectsSchema = z.strictObject({
  Bucket: z.string(),
  Prefix: z.string().default(''),
  Delimiter: z.string().optional(),
  MaxKeys: z.coerce.number().int().min(0).max(1000).default(1000),
  StartAfter: z.string().optional(),
  ContinuationToken: z.string().optional(),
  EncodingType: z.literal('url').optional(),
});

type ListObjectsInput = z.infer<typeof listObjectsSchema>;

const prefixContext = ({ Prefix }: { Prefix: string }) => (Prefix === '' ? {} : { context: { 's3:prefix': Prefix } });

/** The list operations of a bucket's objects, ordered by key. */
export const listOperations = (store: BucketStore): Record<string, Operation> => ({
  ListObjectsV2: defineOperation(listObjectsSchema, async (input, call) => {
    const bucket = store.getBucket(input.Bucket);
    await authorizeOnBucket(call, bucket, { action: 'ListBucket', ...prefixContext(input) });
    return listObjects(bucket, input);
  }),
  ListObjectVersions: defineOperation(
    z.strictObject({ Bucket: z.string(), Prefix: z.string().default(''), EncodingType: z.literal('url').optional() }),
    async (input, call) => {
      const bucket = store.getBucket(input.Bucket);
      await authorizeOnBucket(call, bucket, { action: 'ListBucketVersions', ...prefixContext(input) });
      return listVersions(bucket, input.Prefix, createKeyEncoder(input.EncodingType));
    },
  ),
});

const createKeyEncoder = (encoding?: 'url') => (key: string) =>
  encoding === 'url' ? encodeURIComponent(key).replaceAll('%2F', '/') : key;

const sortedKeys = (bucket: S3Bucket, prefix: string): string[] =>
  [...bucket.objects.keys()].filter((key) => key.startsWith(prefix)).sort();

const versionView = (version: ObjectVersion, content: EncryptedContent) => ({
  LastModified: version.modified,
  ETag: `"${content.etag}"`,
  Size: content.size,
  StorageClass: 'STANDARD',
});

/** Returns a key up to and including the first delimiter after the prefix, its "folder"; undefined if there is none. */
const commonPrefix = (key: string, { Prefix, Delimiter }: ListObjectsInput): string | undefined => {
  const end = Delimiter === undefined ? -1 : key.indexOf(Delimiter, Prefix.length);
  return Delimiter === undefined || end < 0 ? undefined : key.slice(0, end + Delimiter.length);
};

function listObjects(bucket: S3Bucket, input: ListObjectsInput): unknown {
  const named = createKeyEncoder(input.EncodingType);
  const from = input.ContinuationToken ?? input.StartAfter ?? '';
  const current = sortedKeys(bucket, input.Prefix).filter((key) => bucket.objects.get(key)?.[0]?.content && key > from);
  const page = current.slice(0, input.MaxKeys);
  const folders = [...new Set(page.flatMap((key) => commonPrefix(key, input) ?? []))];
  const Contents = page
    .filter((key) => commonPrefix(key, input) === undefined)
    .flatMap((key) => bucket.objects.get(key)?.slice(0, 1) ?? [])
    .flatMap((version) =>
      version.content ? [{ Key: named(version.key), ...versionView(version, version.content) }] : [],
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

function listVersions(bucket: S3Bucket, prefix: string, named: (key: string) => string): unknown {
  const all = sortedKeys(bucket, prefix).flatMap((key) =>
    (bucket.objects.get(key) ?? []).map((version, place) => ({ version, IsLatest: place === 0 })),
  );
  const shown = all.map(({ version, IsLatest }) => ({
    Key: named(version.key),
    VersionId: version.id,
    IsLatest,
    LastModified: version.modified,
    ...(version.content ? versionView(version, version.content) : {}),
  }));
  return {
    Name: bucket.name,
    Prefix: named(prefix),
    IsTruncated: false,
    Versions: shown.filter((_, place) => all[place]?.version.content),
    DeleteMarkers: shown.filter((_, place) => !all[place]?.version.content),
  };
}
