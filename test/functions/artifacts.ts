import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { ArtifactLocation } from '../../core/deployment.ts';
import { build, type Started } from '../start.ts';
import { zipOf } from '../zip.ts';

/** A versioned bucket in the build account; each call puts a new artifact with `taskdef.json` at the same key. */
export async function artifacts({ as }: Pick<Started, 'as'>) {
  const storage = new S3Client({ ...as(build), forcePathStyle: true });
  const Bucket = 'artifacts';
  await storage.send(new CreateBucketCommand({ Bucket }));
  await storage.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  return async (file: object): Promise<ArtifactLocation> => {
    const Body = await zipOf({ path: 'taskdef.json', content: JSON.stringify(file) });
    const { VersionId } = await storage.send(new PutObjectCommand({ Bucket, Key: 'built', Body }));
    return { bucket: Bucket, key: 'built', versionId: VersionId };
  };
}
