import { CodePipelineClient, CreatePipelineCommand, DeletePipelineCommand } from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchDeleteImageCommand, CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { artifactRecordKey } from '../../core/model/table-keys.ts';
import { AwsError } from '../../local/aws-error.ts';
import type { FaultHooks } from '../../local/cloud.ts';
import { codepipeline } from '../../local/codepipeline.ts';
import { dynamodb } from '../../local/dynamodb.ts';
import { ecr } from '../../local/ecr.ts';
import { kms } from '../../local/kms.ts';
import { s3 } from '../../local/s3.ts';
import { giveRole } from '../local/pipeline.ts';
import { actionProperties } from '../security/attempts.ts';
import { buildAccountId, region } from '../start.ts';
import { createZip } from '../zip.ts';
import { createBuildAccount } from './build-account.ts';
import { createTable } from './ledger-table.ts';
import { offerJob } from './team-job.ts';

export const host = `${buildAccountId}.dkr.ecr.${region}.amazonaws.com`;
export const versionedBucket = 'web-shop-production-artifacts-111111111111';
/** A bucket without versions, such as a team's own artifact bucket. */
export const plainBucket = 'team-artifacts';

type Files = Record<string, unknown>;
interface JobOptions {
  pipeline?: object | undefined;
  target?: 'test' | 'prod';
  properties?: Record<string, string>;
  bucket?: string;
}

const pipelineRole = `arn:aws:iam::${buildAccountId}:role/team`;
const action = (category: string, provider: string, more: object) => ({
  actionTypeId: { category, owner: 'AWS', provider, version: '1' },
  ...more,
});

/** An embedded AWS with the artifact buckets, the repository `legacy/web`, the table and Read Images. */
export async function createRecordAccount() {
  const account = await createBuildAccount(s3, kms, ecr, codepipeline, dynamodb);
  const { as, cloud, may } = account;
  may('s3:*', 'ecr:BatchGetImage', 'dynamodb:*', 'codepipeline:GetPipeline', 'codepipeline:GetJobDetails');
  const [store, images, pipelines] = [S3Client, ECRClient, CodePipelineClient].map(
    (Client) => new Client(as(buildAccountId)),
  ) as [S3Client, ECRClient, CodePipelineClient];
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(as(buildAccountId)));
  await createTable(table);
  giveRole(cloud, pipelineRole, { Version: '2012-10-17', Statement: [] });
  for (const Bucket of [versionedBucket, plainBucket])
    await store.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
  await store.send(
    new PutBucketVersioningCommand({ Bucket: versionedBucket, VersioningConfiguration: { Status: 'Enabled' } }),
  );
  for (const repositoryName of ['legacy/web', 'legacy/proxy'])
    await images.send(new CreateRepositoryCommand({ repositoryName }));
  const id = await offerJob(account, 'web-shop-production', plainBucket);
  const { handler } = await import('../../functions/read-images.ts');
  const start = (input: object) => handler({ execution: 'arn:aws:states:::execution:deploy:1', input });
  return {
    cloud,
    start,
    /** Pushes an image under a tag. If the tag exists, it moves. Returns the image's digest. */
    async push(tag: string, content: string, repositoryName = 'legacy/web'): Promise<string> {
      const imageManifest = JSON.stringify({ schemaVersion: 2, layers: [], annotations: { content } });
      const { image } = await images.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: tag }));
      return image!.imageId!.imageDigest!;
    },
    deleteImage: (imageDigest: string) =>
      images.send(new BatchDeleteImageCommand({ repositoryName: 'legacy/web', imageIds: [{ imageDigest }] })),
    /** Puts an artifact with these files, as JSON; returns its version. */
    async put(Key: string, files: Files, Bucket = versionedBucket): Promise<string | undefined> {
      const zip = Object.entries(files).map(([path, content]) => ({ path, content: JSON.stringify(content) }));
      return (await store.send(new PutObjectCommand({ Bucket, Key, Body: await createZip(...zip) }))).VersionId;
    },
    /** Plays a job of a pipeline, whose action deploys to the target. */
    job: (key: string, { pipeline, target = 'test', properties = {}, bucket = versionedBucket }: JobOptions = {}) =>
      start({
        job: {
          id,
          nonce: '1',
          pipeline,
          configuration: { ...actionProperties, ...(target === 'prod' && prodProperties), ...properties },
          artifact: { name: 'Built', bucket, key },
        },
      }),
    /** Creates a pipeline of another team, which starts Gantry by a Lambda action. The pipeline can have an approval before that action. */
    async createPipeline(name: string, { approval }: { approval: boolean }): Promise<void> {
      const source = { S3Bucket: plainBucket, S3ObjectKey: 'source.zip' };
      const approve = action('Approval', 'Manual', { name: 'Approve', runOrder: 1 });
      const deploy = action('Invoke', 'Lambda', { name: 'Deploy', runOrder: 2, configuration: { FunctionName: 'f' } });
      const stages = [
        {
          name: 'Source',
          actions: [
            action('Source', 'S3', { name: 'Source', configuration: source, outputArtifacts: [{ name: 'Built' }] }),
          ],
        },
        { name: 'Prod', actions: [...(approval ? [approve] : []), deploy] },
      ];
      const artifactStore = { type: 'S3' as const, location: plainBucket };
      const declaration = { name, roleArn: pipelineRole, artifactStore, stages };
      await pipelines.send(new CreatePipelineCommand({ pipeline: declaration as never }));
    },
    deletePipeline: (name: string) => pipelines.send(new DeletePipelineCommand({ name })),
    /** The record of an artifact in the table. */
    async record(key: string, bucket = versionedBucket): Promise<Record<string, unknown> | undefined> {
      const Key = artifactRecordKey({ bucket, key });
      return (await table.send(new GetCommand({ TableName: process.env.TABLE, Key }))).Item;
    },
    /** Runs `act` once, immediately before the next write of digests to the table. */
    beforeDigestsAreRecorded(act: () => Promise<void>): void {
      const call: FaultHooks['call'] = async ({ service, input }, proceed) => {
        if (service === 'dynamodb' && JSON.stringify(input).includes('if_not_exists(#d0')) {
          delete cloud.faultHooks;
          await act();
        }
        return proceed();
      };
      cloud.faultHooks = { call, event: (_event, go) => go(), run: (_ran, go) => go() };
    },
    /** The table refuses one operation while `act` runs. */
    async whileDenied<Answer>(operation: string, act: () => Promise<Answer>): Promise<Answer> {
      const call: FaultHooks['call'] = async (asked, proceed) => {
        if (asked.service !== 'dynamodb' || asked.operation !== operation) return proceed();
        throw new AwsError('AccessDeniedException', 'not authorized', 400);
      };
      cloud.faultHooks = { call, event: (_event, go) => go(), run: (_ran, go) => go() };
      return act().finally(() => {
        delete cloud.faultHooks;
      });
    },
    /** The table does not answer while `act` runs. */
    async withoutTable<Answer>(act: () => Promise<Answer>): Promise<Answer> {
      const service = cloud.services.get('dynamodb')!;
      cloud.services.delete('dynamodb');
      return act().finally(() => cloud.services.set('dynamodb', service));
    },
  };
}

const prodProperties = { RoleArn: 'arn:aws:iam::333333333333:role/prod-deployment' };

/** The error of a refused start; `no error` if it was not refused. */
export const refusalOf = (started: Promise<unknown>): Promise<string> =>
  started.then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  );
