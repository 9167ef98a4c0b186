import {
  CreateBucketCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ArtifactLocation } from '../../core/model/release.ts';
import { buildAccountId, type StartedCloud } from '../start.ts';
import { createZip } from '../zip.ts';

const nobodyReads = (resource: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Sid: 'No', Effect: 'Deny', Principal: '*', Action: 's3:GetObject*', Resource: resource },
  });

/**
 * Creates a versioned bucket in the build account. Each call puts a new artifact with `taskdef.json` at the same key. No role is allowed to read the
 * object at `forbidden`.
 */
export async function createArtifactBucket({ as }: Pick<StartedCloud, 'as'>) {
  const storage = new S3Client({ ...as(buildAccountId), forcePathStyle: true });
  const Bucket = 'artifacts';
  await storage.send(new CreateBucketCommand({ Bucket }));
  await storage.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await storage.send(new PutBucketPolicyCommand({ Bucket, Policy: nobodyReads(`arn:aws:s3:::${Bucket}/forbidden`) }));
  return async (file: object, Key = 'built'): Promise<ArtifactLocation> => {
    const Body = await createZip({ path: 'taskdef.json', content: JSON.stringify(file) });
    const { VersionId } = await storage.send(new PutObjectCommand({ Bucket, Key, Body }));
    return { bucket: Bucket, key: Key, versionId: VersionId };
  };
}
