import { z } from 'zod';
import { callAws, type ProbeContext } from './context.ts';
import { undefinedIfMissing } from './missing.ts';
import type { ProbeResource } from './resource.ts';

/** A zip with one file, probe.txt: a source action takes a zip. */
const sourceZip = Buffer.from(
  'UEsDBBQAAAAAAAAAIQAqkbvpBgAAAAYAAAAJAAAAcHJvYmUudHh0cHJvYmUKUEsBAhQDFAAAAAAAAAAhACqRu+kGAAAABgAAAAkAAAAAAAAAAAAAAIABAAAAAHByb2JlLnR4dFBLBQYAAAAAAQABADcAAAAtAAAAAAA=',
  'base64',
);

/** The shortest waiting period that KMS has (botocore kms PendingWindowInDaysType). */
const keyDeletionDays = 7;

const keySchema = z.object({ KeyMetadata: z.object({ KeyId: z.string(), Arn: z.string(), KeyState: z.string() }) });

const scheduleDeletion = (context: ProbeContext, KeyId: string) =>
  callAws(context, 'kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: keyDeletionDays });

/** Finds the key by its alias. */
export async function findKey(context: ProbeContext) {
  const answer = await undefinedIfMissing(callAws(context, 'kms', 'DescribeKey', { KeyId: context.names.alias }));
  return answer === undefined ? undefined : keySchema.parse(answer).KeyMetadata;
}

export const keyResource: ProbeResource = {
  describe: ({ names }) =>
    `the KMS key ${names.alias}, whose deletion it schedules: KMS waits ${keyDeletionDays} days, without charge`,
  async create(context) {
    const made = await callAws(context, 'kms', 'CreateKey', { Description: 'npm run probe' });
    const { KeyId } = keySchema.parse(made).KeyMetadata;
    const alias = { AliasName: context.names.alias, TargetKeyId: KeyId };
    await callAws(context, 'kms', 'CreateAlias', alias).catch(async (error: unknown) => {
      // The key needs its alias, because a later run finds the key only by the alias.
      await scheduleDeletion({ ...context, interrupted: new AbortController().signal }, KeyId);
      throw error;
    });
  },
  exists: async (context) => (await findKey(context)) !== undefined,
  async remove(context) {
    const found = await findKey(context);
    if (found === undefined) return;
    if (found.KeyState !== 'PendingDeletion') await scheduleDeletion(context, found.KeyId);
    await callAws(context, 'kms', 'DeleteAlias', { AliasName: context.names.alias });
  },
};

/** us-east-1 is the default, and S3 refuses it as a location constraint (botocore s3 CreateBucketConfiguration). */
const locationOf = (region: string) =>
  region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region } };

export const bucketResource: ProbeResource = {
  describe: ({ names }) => `the S3 bucket ${names.bucket}`,
  async create(context) {
    const { bucket: Bucket, region, sourceKey: Key } = context.names;
    await callAws(context, 's3', 'CreateBucket', { Bucket, ...locationOf(region) });
    // An S3 source action needs a bucket with versions (user guide, action-reference-S3).
    await callAws(context, 's3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
    await callAws(context, 's3', 'PutObject', { Bucket, Key, Body: sourceZip });
  },
  exists: async (context) =>
    (await undefinedIfMissing(callAws(context, 's3', 'HeadBucket', { Bucket: context.names.bucket }))) !== undefined,
  async remove(context) {
    const { bucket: Bucket } = context.names;
    for (const version of await listVersions(context, Bucket))
      await callAws(context, 's3', 'DeleteObject', { Bucket, ...version });
    await undefinedIfMissing(callAws(context, 's3', 'DeleteBucket', { Bucket }));
  },
};

const versionSchema = z.object({ Key: z.string(), VersionId: z.string() });
const versionsSchema = z.object({
  Versions: z.array(versionSchema).default([]),
  DeleteMarkers: z.array(versionSchema).default([]),
});

/** The versions and delete markers of a bucket: one page, since a run leaves few of them. */
async function listVersions(context: ProbeContext, Bucket: string) {
  const answer = await undefinedIfMissing(callAws(context, 's3', 'ListObjectVersions', { Bucket }));
  const { Versions, DeleteMarkers } = versionsSchema.parse(answer ?? {});
  return [...Versions, ...DeleteMarkers];
}
