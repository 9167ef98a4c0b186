import {
  CodePipelineClient,
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  GetPipelineStateCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { z } from 'zod';
import { AwsError } from '../../local/aws-error.ts';
import type { AwsService, Cloud } from '../../local/cloud.ts';
import { codepipeline, setSource } from '../../local/codepipeline.ts';
import { defineOperation } from '../../local/define-operation.ts';
import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import { buildAccountId, region, type StartedCloud, startCloud } from '../start.ts';

export const bucketName = 'gantry-artifacts';
export const pipelineRole = `arn:aws:iam::${buildAccountId}:role/pipeline`;
export const artifactKey = `arn:aws:kms:${region}:${buildAccountId}:key/0f4b7a0e-1111-4222-8333-444455556666`;
export const gantryType = { category: 'Deploy', owner: 'Custom', provider: 'Gantry', version: '1' } as const;

export const allowPolicy = (...Action: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Inline', Effect: 'Allow', Action, Resource: '*' }],
});

/** Installs a role that a service assumes in an account. */
export function giveRole(cloud: Cloud, arn: string, policy: PolicyDocument): void {
  const Principal = { Service: ['codepipeline.amazonaws.com', 'codebuild.amazonaws.com'] };
  const statement = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' };
  const trust = { Version: '2012-10-17' as const, Statement: [statement] };
  cloud.iam.roles.set(arn, { arn, trust, policies: { inline: policy } });
}

export interface PutObjectInput {
  Bucket: string;
  Key: string;
  Body: Buffer;
  SSEKMSKeyId?: string | undefined;
}

/** Creates the part of S3 that an artifact store needs, with authorization; `puts` collects the requests. */
export function createBucketService(puts: PutObjectInput[]): () => AwsService {
  const at = { Bucket: z.string(), Key: z.string() };
  const put = z.strictObject({
    ...at,
    Body: z.instanceof(Buffer),
    ServerSideEncryption: z.string(),
    SSEKMSKeyId: z.string().optional(),
  });
  return () => ({
    name: 's3',
    protocol: 'rest-xml',
    operations: {
      PutObject: defineOperation(put, async (input, { allow }) => {
        await allow('s3:PutObject', `arn:aws:s3:::${input.Bucket}/${input.Key}`, { owner: buildAccountId });
        puts.push(input);
        return {};
      }),
      GetObject: defineOperation(z.strictObject(at), async (input, { allow }) => {
        await allow('s3:GetObject', `arn:aws:s3:::${input.Bucket}/${input.Key}`, { owner: buildAccountId });
        const found = puts.findLast(({ Bucket, Key }) => Bucket === input.Bucket && Key === input.Key);
        if (found === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
        return { Body: found.Body, VersionId: 'v1' };
      }),
    },
  });
}

export const sourceAction = {
  name: 'Source',
  actionTypeId: { category: 'Source', owner: 'AWS', provider: 'CodeStarSourceConnection', version: '1' },
  namespace: 'Source',
  configuration: {
    ConnectionArn: `arn:aws:codeconnections:${region}:${buildAccountId}:connection/7c1f`,
    FullRepositoryId: 'acme/shop',
    BranchName: 'main',
  },
  outputArtifacts: [{ name: 'SourceArtifact' }],
} as const;

export const deployAction = {
  name: 'Deploy',
  actionTypeId: gantryType,
  namespace: 'Deploy',
  configuration: { ClusterName: 'main', ServiceName: 'web', Token: 'hidden', Commit: '#{Source.CommitId}' },
  inputArtifacts: [{ name: 'SourceArtifact' }],
} as const;

export const approvalAction = {
  name: 'Approve',
  actionTypeId: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' },
} as const;

interface Stage {
  name: string;
  actions: object[];
}

/** Returns a pipeline that reads its source and then runs `stages`. */
export const pipelineWith = (name: string, stages: Stage[], more: object = {}) => ({
  name,
  roleArn: pipelineRole,
  artifactStore: {
    type: 'S3' as const,
    location: bucketName,
    encryptionKey: { id: artifactKey, type: 'KMS' as const },
  },
  pipelineType: 'V2' as const,
  stages: [{ name: 'Source', actions: [sourceAction] }, ...stages] as never,
  ...more,
});

/** Starts the pipeline and returns its execution's id. */
export async function startPipeline(client: CodePipelineClient, name: string): Promise<string> {
  return (await client.send(new StartPipelineExecutionCommand({ name }))).pipelineExecutionId!;
}

/** Returns an action's state from GetPipelineState. */
export async function readActionState(client: CodePipelineClient, name: string, action: string) {
  const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name }));
  return stageStates.flatMap(({ actionStates = [] }) => actionStates).find(({ actionName }) => actionName === action)
    ?.latestExecution;
}

/** Lets time pass until the service has published such an event; returns its detail. */
export async function waitForEvent(
  started: StartedCloud,
  wanted: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const seen = () =>
    recordedEvents(started.cloud).find((detail) =>
      Object.entries(wanted).every(([key, value]) => detail[key] === value),
    );
  await started.clock.advanceUntil(() => seen() !== undefined);
  return seen()!;
}

const published = new WeakMap<Cloud, Record<string, unknown>[]>();

/** Returns the details of all events published since the first call of this function, newest last. */
export function recordedEvents(cloud: Cloud): Record<string, unknown>[] {
  const known = published.get(cloud);
  if (known !== undefined) return known;
  const details: Record<string, unknown>[] = [];
  published.set(cloud, details);
  cloud.eventListeners.push((event) => details.push(event.detail));
  return details;
}

/** Creates the action type Gantry with some properties. */
export async function createGantryType(client: CodePipelineClient): Promise<void> {
  const properties = ['ClusterName', 'ServiceName', 'Token', 'Commit'];
  await client.send(
    new CreateCustomActionTypeCommand({
      category: 'Deploy',
      provider: 'Gantry',
      version: '1',
      configurationProperties: properties.map((name) => ({
        name,
        required: name === 'ClusterName',
        key: false,
        secret: false,
      })),
      inputArtifactDetails: { minimumCount: 1, maximumCount: 1 },
      outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
    }),
  );
}

/**
 * Starts a cloud with CodePipeline, a store, the action type Gantry, and a source in which every read finds a new commit `c1`,
 * `c2`, ….
 */
export async function startPipelines(...services: ((cloud: Cloud) => AwsService)[]) {
  const puts: PutObjectInput[] = [];
  const aws = await startCloud(codepipeline, createBucketService(puts), ...services);
  const client = new CodePipelineClient(aws.as(buildAccountId));
  let commits = 0;
  recordedEvents(aws.cloud);
  giveRole(aws.cloud, pipelineRole, allowPolicy('s3:*', 'codeconnections:UseConnection', 'lambda:InvokeFunction'));
  setSource(aws.cloud, 'acme/shop#main', async () => {
    commits += 1;
    return { revision: `c${commits}`, summary: `Commit ${commits}`, zip: Buffer.from(`zip ${commits}`) };
  });
  await createGantryType(client);
  const create = (name: string, stages: Stage[], more: object = {}) =>
    client.send(new CreatePipelineCommand({ pipeline: pipelineWith(name, stages, more) }));
  const ended = (pipeline: string, id: string, state: string) =>
    waitForEvent(aws, { pipeline, 'execution-id': id, state, stage: undefined });
  return { aws, client, puts, create, ended, commits: () => commits };
}
