import { readFileSync } from 'node:fs';
import { CodePipelineClient, CreateCustomActionTypeCommand, CreatePipelineCommand } from '@aws-sdk/client-codepipeline';
import { describe, expect, it } from 'vitest';
import { checkPipelineAllowed } from '../../core/config/allowed-pipelines.ts';
import { validateConfig } from '../../core/config/check.ts';
import { findTargetName, listGantryActions } from '../../core/request/gantry-actions.ts';
import { parseOfferedJob } from '../../core/request/job.ts';
import { parseDeployRequest } from '../../core/request/parse.ts';
import { declareSystem } from '../../infra/system.ts';
import { codepipeline } from '../../local/codepipeline.ts';
import { allowPolicy, giveRole } from '../local/pipeline.ts';
import { buildAccountId, startCloud } from '../start.ts';

const page = readFileSync(new URL('../../docs/adopt.md', import.meta.url), 'utf8');
const blocksOf = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);

const json = blocksOf('json').map((text) => JSON.parse(text));
const [before, after, trial] = json;
const [first = '', several = ''] = blocksOf('ts');

/** The configuration of a block that shows only some fields. The page's blocks are TypeScript object literals that use no names from other files. */
const configOf = (block: string) => {
  const fields = new Function(`return {${block}}`)();
  return validateConfig({ name: 'gantry', build: { account: buildAccountId, region: 'eu-west-1' }, ...fields });
};
const config = configOf(first);
const actionsOf = ({ pipeline }: { pipeline: { stages: object[] } }) => listGantryActions(pipeline.stages, config);

describe('docs/adopt.md', () => {
  it('changes nothing in the pipeline but the deploy action', () => {
    const withoutDeploy = ({ pipeline }: typeof before) => ({ ...pipeline, stages: pipeline.stages.slice(0, 1) });
    expect(withoutDeploy(after)).toEqual(withoutDeploy(before));
    const [old] = before.pipeline.stages[1].actions;
    const [own] = after.pipeline.stages[1].actions;
    const { roleArn: _role, region, ...rest } = old;
    expect(own).toEqual({
      ...rest,
      actionTypeId: own.actionTypeId,
      configuration: { ...old.configuration, RoleArn: expect.any(String), Region: region },
      namespace: 'Deploy',
    });
    expect(actionsOf(before)).toEqual([]);
  });

  it.each([
    ['the changed pipeline', after],
    [
      'the trial next to the old action',
      { pipeline: { ...before.pipeline, stages: [{ name: 'Deploy', actions: [trial] }] } },
    ],
  ])('shows an action that its configuration allows: %s', (_what, declared) => {
    const [action] = actionsOf(declared);
    expect(findTargetName(action!, config)).toBe('test/web');
    expect(checkPipelineAllowed(config, { pipeline: declared.pipeline.name, name: 'test/web' })).toBeUndefined();
    const job = parseOfferedJob({
      id: 'job',
      nonce: '1',
      data: {
        actionConfiguration: { configuration: action!.properties },
        inputArtifacts: [{ name: 'Built', location: { s3Location: { bucketName: 'b-1', objectKey: 'k' } } }],
      },
    });
    expect(parseDeployRequest({ job }, config)).toMatchObject({
      target: { name: 'test/web' },
      fileName: 'imagedefinitions.json',
    });
  });

  it('shows pipelines that CodePipeline accepts', async () => {
    const aws = await startCloud(codepipeline);
    const client = new CodePipelineClient(aws.as(buildAccountId));
    giveRole(aws.cloud, after.pipeline.roleArn, allowPolicy('s3:*'));
    const keyArn = after.pipeline.artifactStore.encryptionKey.id;
    const { category, ...type } = declareSystem(config, { stage: 'production', keyArn }).actionType;
    await client.send(new CreateCustomActionTypeCommand({ category, ...type }));
    const [source, deploy] = after.pipeline.stages;
    const verify = json.find(({ name }) => name === 'Verify');
    const stages = [source, { ...deploy, actions: [...deploy.actions, { ...trial, runOrder: 3 }, verify] }];
    await expect(
      client.send(new CreatePipelineCommand({ pipeline: { ...after.pipeline, stages } })),
    ).resolves.toMatchObject({
      pipeline: { name: 'web' },
    });
  });

  it('lets each service name its own pipelines, and its target the others', () => {
    const shared = configOf(several);
    const allowed = (pipeline: string, name: string) => checkPipelineAllowed(shared, { pipeline, name }) === undefined;
    expect([allowed('web', 'test/web'), allowed('shop-api', 'test/shop-api')]).toEqual([true, true]);
    expect([allowed('shop-api', 'test/web'), allowed('web', 'test/shop-api')]).toEqual([false, false]);
  });
});
