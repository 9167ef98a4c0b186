import { ListActionTypesCommand, UpdatePipelineCommand } from '@aws-sdk/client-codepipeline';
import { describe, expect, it } from 'vitest';
import {
  declared,
  deploy,
  gantryType,
  manual,
  pipelineRole,
  pipelines,
  published,
  source,
  startPipeline,
} from './pipeline.ts';

const { aws, client, create } = await pipelines();
const approvals = [{ name: 'Gate', actions: [manual] }];

describe('a declaration', () => {
  const stage = (...actions: object[]) => [{ name: 'Deploy', actions }];
  it.each<[string, { name: string; actions: object[] }[], string]>([
    ['one stage', [], 'InvalidStructureException'],
    ['a source in a later stage', stage({ ...source, outputArtifacts: [] }), 'InvalidStageDeclarationException'],
    ['two actions of one name', stage(manual, manual), 'InvalidActionDeclarationException'],
    ['a role on a custom action', stage({ ...deploy, roleArn: pipelineRole }), 'InvalidActionDeclarationException'],
    [
      'a custom action in another Region',
      stage({ ...deploy, region: 'us-east-1' }),
      'InvalidActionDeclarationException',
    ],
    [
      'an unknown property',
      stage({ ...deploy, configuration: { ClusterName: 'a', X: 'b' } }),
      'InvalidActionDeclarationException',
    ],
    [
      'a missing property',
      stage({ ...deploy, configuration: { ServiceName: 'a' } }),
      'InvalidActionDeclarationException',
    ],
    [
      'an input that nobody makes',
      stage({ ...deploy, inputArtifacts: [{ name: 'X' }] }),
      'InvalidActionDeclarationException',
    ],
    [
      'no input for a type that takes one',
      stage({ ...deploy, inputArtifacts: [] }),
      'InvalidActionDeclarationException',
    ],
    [
      'an unknown action type',
      stage({ ...deploy, actionTypeId: { ...gantryType, version: '7' } }),
      'InvalidActionDeclarationException',
    ],
    [
      'a value of more than 1000 characters',
      stage({ ...deploy, configuration: { ClusterName: 'x'.repeat(1001) } }),
      'ValidationException',
    ],
  ])('with %s is refused', async (_, stages, name) => {
    await expect(create('bad', stages)).rejects.toMatchObject({ name });
  });

  it('is updated under a new version, which the next execution takes', async () => {
    await create('updated', approvals);
    const { pipeline } = await client.send(
      new UpdatePipelineCommand({
        pipeline: declared('updated', [{ name: 'Gate', actions: [{ ...manual, name: 'New' }] }]),
      }),
    );
    expect(pipeline?.version).toBe(2);
    await startPipeline(client, 'updated');
    await published(aws, { pipeline: 'updated', action: 'New', version: 2 });
  });

  it('of an action type exists once', async () => {
    const { actionTypes = [] } = await client.send(new ListActionTypesCommand({ actionOwnerFilter: 'Custom' }));
    expect(actionTypes.map(({ id }) => id)).toEqual([gantryType]);
  });
});
