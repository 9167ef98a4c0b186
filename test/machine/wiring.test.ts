import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { validateConfig } from '../../core/config/check.ts';
import type { Statement } from '../../infra/policy.ts';
import { declareSystem } from '../../infra/system.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { exampleWithSource } from '../example-config.ts';
import { putArtifact, runManualDeployment } from './manual.ts';
import { type MiswiringCase, miswiringCases } from './miswiring-cases.ts';
import { type ReleaseSystem, startReleaseSystem } from './release-system.ts';
import { createWiring, maskIds, type Restore, type Wiring } from './wiring.ts';
import { withTasks } from './with-tasks.ts';

let system: ReleaseSystem;
let wires: Wiring;
let restore: Restore = () => {};
let count = 0;

beforeAll(async () => {
  system = await startReleaseSystem();
  wires = createWiring(system);
});

afterEach(async () => {
  await restore();
  restore = () => {};
  await system.steady();
});

interface Release {
  status: string;
  /** The message in the pipeline's console, or in the execution's. */
  message: string;
  artifact: { bucket: string; key: string };
}

/** Deploys a new image every time, so that there is a change to deploy. */
async function byHand(): Promise<Release> {
  count += 1;
  const imageUri = await system.push(`wiring-${count}`, {});
  const artifact = await putArtifact(system, { 'imagedefinitions.json': [{ name: 'app', imageUri }] });
  const { status, cause = '' } = await runManualDeployment(system, { target: 'test/web', artifact });
  return { status: status === 'SUCCEEDED' ? 'Succeeded' : 'Failed', message: cause, artifact };
}

interface Action {
  actionName: string;
  status: string;
  input: { inputArtifacts?: { s3location: { bucket: string; key: string } }[] };
  output: { executionResult: { externalExecutionSummary?: string; errorDetails?: { message: string } } };
}

/** Runs the pipeline until the first failure, or until the deployment to test has ended. */
async function throughPipeline(): Promise<Release> {
  const { name: pipelineName } = getFirstPipeline(system.system).pipeline;
  const started = await system.build('codepipeline', 'StartPipelineExecution', { name: pipelineName });
  const filter = { pipelineExecutionId: (started as { pipelineExecutionId: string }).pipelineExecutionId };
  const look = async () => {
    const found = await system.build('codepipeline', 'ListActionExecutions', { pipelineName, filter });
    return (found as { actionExecutionDetails: Action[] }).actionExecutionDetails;
  };
  const isLast = ({ actionName, status }: Action) =>
    status === 'Failed' || (actionName === 'Deploy-web' && status === 'Succeeded');
  const actions = await system.waitUntil(look, (found) => found.some(isLast));
  const { status, input, output } = actions.find(isLast)!;
  const { errorDetails, externalExecutionSummary = '' } = output.executionResult;
  const artifact = input.inputArtifacts?.[0]?.s3location ?? { bucket: '', key: '' };
  return { status, message: errorDetails?.message ?? externalExecutionSummary, artifact };
}

const release = ({ channel }: Pick<MiswiringCase, 'channel'>): Promise<Release> =>
  channel === 'pipeline' ? throughPipeline() : byHand();

/** Reads an artifact across the account boundary as test-deployment, as the built-in ECS action does. */
function readAcross({ bucket: Bucket, key: Key }: Release['artifact']): Promise<unknown> {
  const caller = system.cloud.iam.session('arn:aws:iam::222222222222:role/test-deployment', 'reader');
  return system.cloud.invoke('s3', 'GetObject', { Bucket, Key }, { caller, region: 'eu-west-1' });
}

describe('with the right policies', () => {
  it.each(['manual', 'pipeline'] as const)(
    'a release by %s succeeds, and test-deployment can read its artifact',
    async (channel) => {
      const { status, message, artifact } = await release({ channel });
      expect({ status, warned: message.includes('Set encryptionKey') }).toEqual({ status: 'Succeeded', warned: false });
      await expect(readAcross(artifact)).resolves.toMatchObject({
        SSEKMSKeyId: getFirstPipeline(system.system).key.arn,
      });
    },
  );
});

describe('with the wrong policies', () => {
  it.each(miswiringCases.map((one) => [one.title, one] as const))('%s', async (_, one) => {
    restore = await one.apply(wires, system);
    const { status, message, artifact } = await release(one);
    expect(status).toBe(one.ends);
    if (one.expectedMessage === undefined) expect(message).not.toMatch(/Check|Allow|Set /);
    else expect(maskIds(message)).toContain(one.expectedMessage);
    if (one.expectedReaderError !== undefined)
      await expect(readAcross(artifact)).rejects.toThrow(one.expectedReaderError);
  });

  it('an alias is unknown in another account, where it would be an alias of that account', async () => {
    const { bucket, key } = getFirstPipeline(system.system);
    const caller = system.cloud.iam.session('arn:aws:iam::222222222222:role/test-deployment', 'writer');
    const input = { Bucket: bucket.name, Key: 'a', Body: '', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.alias };
    const write = (sid: string) => (one: Statement) => (one.Sid === sid ? { ...one, Action: ['s3:PutObject'] } : one);
    const restores = [wires.rights('test-deployment', write('Artifacts')), await wires.bucket(write('TargetAccounts'))];
    restore = async () => {
      for (const undo of restores) await undo();
    };
    await expect(system.cloud.invoke('s3', 'PutObject', input, { caller, region: 'eu-west-1' })).rejects.toThrow(
      `Alias arn:aws:kms:eu-west-1:222222222222:${key.alias} is not found.`,
    );
  });
});

describe('docs/wiring.md', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'wiring.md'), 'utf8');
  const sections = new Map(page.split(/^### /m).map((section) => [section.split('\n')[0], section]));
  const flat = (text = ''): string => text.replace(/\n>? ?/g, ' ').replace(/\s+/g, ' ');

  it.each(miswiringCases.map((one) => [one.title, one] as const))(
    "%s: quotes Gantry's messages",
    (title, { expectedMessage, expectedReaderError }) => {
      const section = flat(sections.get(title));
      for (const word of ['**Symptom.**', '**Cause.**', '**Fix.**']) expect(section).toContain(word);
      expect(section).toContain(expectedMessage ?? expectedReaderError ?? '');
      expect(section).toMatch(
        expectedMessage === undefined ? /\*\*Gantry\*\* says nothing/ : /\*\*(Gantry|CodePipeline|CodeBuild)\*\* says/,
      );
    },
  );

  it('has no other section', () => {
    expect([...sections.keys()].slice(1)).toEqual(miswiringCases.map(({ title }) => title));
  });

  it('names every statement of every policy, and no other statement', () => {
    // An S3 source, e-mail, artifact stores and tasks are optional: they add statements to those of the example.
    const keyArn = getFirstPipeline(system.system).key.arn;
    const notify = { email: 'team@example.com' };
    const source = { type: 's3' as const, bucket: 'sources', key: 'shop.zip' };
    const more = validateConfig({
      ...exampleWithSource(source),
      notify,
      artifactStores: [{ bucket: 'team-artifacts' }],
    });
    const systems = [
      system.system,
      declareSystem(more, { stage: 'production', keyArn }),
      declareSystem(withTasks({ preDeploy: [{ name: 'migrate', stopOnDeath: true }] }), {
        stage: 'production',
        keyArn,
      }),
    ];
    const documents = systems.flatMap(({ roles, key, pipelines, deadLetters }) => [
      ...roles.flatMap(({ policies }) => Object.values(policies)),
      ...pipelines.flatMap(({ bucket, repository }) => [bucket.policy, repository.policy ?? []]).flat(),
      ...[key, deadLetters].flatMap((holder) => holder?.policy ?? []),
    ]);
    const sids = new Set(documents.flatMap(({ Statement }) => Statement.map(({ Sid }) => Sid)));
    const table = page.slice(page.indexOf('## Each policy, and why'), page.indexOf('## What goes wrong'));
    const named = new Set([...table.matchAll(/`([A-Z][A-Za-z]+)`/g)].map(([, sid]) => sid!));
    expect([...sids].filter((sid) => !named.has(sid))).toEqual([]);
    expect([...named].filter((sid) => !sids.has(sid))).toEqual([]);
    expect(system.system.bus.length).toBe(2);
  });

  it('is short enough to read to the end', () => {
    expect(page.split('\n').length).toBeLessThanOrEqual(260);
  });
});
