import { CodePipelineClient, CreatePipelineCommand } from '@aws-sdk/client-codepipeline';
import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import type { PolicyDocument } from '../../infra/policy.ts';
import { declareSystem } from '../../infra/system.ts';
import { codepipeline, setSource } from '../../local/codepipeline.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { exampleWithSource } from '../example-config.ts';
import {
  approvalAction,
  createBucketService,
  pipelineWith,
  readActionState,
  startPipeline,
} from '../local/pipeline.ts';
import { buildAccountId, startCloud } from '../start.ts';

/** The permissions in CodePipeline's user guide: "Manage the CodePipeline service role", "Amazon S3 source action reference". */
const storeBucket = ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning'];
const storeObject = ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:PutObjectAcl'];
const storeTags = ['s3:GetObjectTagging', 's3:GetObjectVersionTagging', 's3:PutObjectTagging'];
const sourceBucket = ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning'];
const sourceObject = ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTagging', 's3:GetObjectVersionTagging'];

const rows = (sid: string, actions: string[]): [string, string][] => actions.map((action) => [sid, action]);
const store = [...rows('ArtifactBucket', storeBucket), ...rows('Artifacts', storeObject)];

const sources = [
  {
    kind: 'connection',
    config: example,
    place: 'example/web-shop#main',
    needed: [...store, ...rows('Source', ['codeconnections:UseConnection'])],
  },
  {
    kind: 's3',
    config: validateConfig(exampleWithSource({ type: 's3', bucket: 'sources', key: 'shop.zip' })),
    place: 'sources/shop.zip',
    needed: [
      ...store,
      ...rows('Artifacts', storeTags),
      ...rows('SourceBucket', sourceBucket),
      ...rows('Source', sourceObject),
    ],
  },
];

const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000';
const aws = await startCloud(codepipeline, createBucketService([]));
const client = new CodePipelineClient(aws.as(buildAccountId));
let count = 0;

const without = ({ Version, Statement }: PolicyDocument, [sid, action]: [string, string]): PolicyDocument => ({
  Version,
  Statement: Statement.map((one) =>
    one.Sid === sid ? { ...one, Action: one.Action.filter((each) => each !== action) } : one,
  ),
});

/** Runs the configured source action with the deployed role, after `change` has changed the role's policy. */
async function runSource(
  { config, place }: (typeof sources)[number],
  change: (policy: PolicyDocument) => PolicyDocument,
) {
  const system = declareSystem(config, { stage: 'production', keyArn });
  const [{ roles }, { pipeline }] = [system, getFirstPipeline(system)];
  const role = roles.find(({ arn }) => arn === pipeline.roleArn)!;
  aws.cloud.iam.roles.set(role.arn, { ...role, policies: { pipeline: change(role.policies.pipeline!) } });
  setSource(aws.cloud, place, async () => ({ revision: '1', summary: 'one', zip: Buffer.from('zip') }));
  count += 1;
  const name = `pipeline-${count}`;
  const declared = pipelineWith(name, [{ name: 'Gate', actions: [approvalAction] }], {
    roleArn: role.arn,
    artifactStore: pipeline.artifactStore,
  });
  const stages = [pipeline.stages[0], { name: 'Gate', actions: [approvalAction] }] as never;
  await client.send(new CreatePipelineCommand({ pipeline: { ...declared, stages } }));
  await startPipeline(client, name);
  await aws.clock.advanceUntil(async () => (await readActionState(client, name, 'Source'))?.status !== 'InProgress');
  return readActionState(client, name, 'Source');
}

describe.each(sources)('the deployed pipeline role and a source of type $kind', (source) => {
  it('have every permission that CodePipeline documents', async () => {
    expect(await runSource(source, (policy) => policy)).toMatchObject({ status: 'Succeeded' });
  });

  it.each(source.needed)('fail without %s %s', async (...row) => {
    expect(await runSource(source, (policy) => without(policy, row))).toMatchObject({
      status: 'Failed',
      errorDetails: { code: 'PermissionError', message: expect.stringMatching(/permissions/) },
    });
  });

  it('have no other statement for sources and artifacts', () => {
    const system = declareSystem(source.config, { stage: 'production', keyArn });
    const [{ roles }, { pipeline }] = [system, getFirstPipeline(system)];
    const { Statement = [] } = roles.find(({ arn }) => arn === pipeline.roleArn)?.policies.pipeline ?? {};
    const granted = Statement.filter(({ Sid }) => !['Build', 'TargetRoles'].includes(Sid));
    const pairs = granted.flatMap(({ Sid, Action }) => Action.map((action) => `${Sid} ${action}`));
    expect(pairs.sort()).toEqual(source.needed.map((row) => row.join(' ')).sort());
  });
});
