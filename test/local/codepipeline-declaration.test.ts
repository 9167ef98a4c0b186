import { ListActionTypesCommand, UpdatePipelineCommand } from '@aws-sdk/client-codepipeline';
import { describe, expect, it } from 'vitest';
import {
  approvalAction,
  deployAction,
  gantryType,
  pipelineRole,
  pipelineWith,
  sourceAction,
  startPipeline,
  startPipelines,
  waitForEvent,
} from './pipeline.ts';

const { aws, client, create } = await startPipelines();
const approvals = [{ name: 'Gate', actions: [approvalAction] }];

describe('a declaration', () => {
  const stage = (...actions: object[]) => [{ name: 'Deploy', actions }];
  it.each<[string, { name: string; actions: object[] }[], string]>([
    ['one stage', [], 'InvalidStructureException'],
    ['a source in a later stage', stage({ ...sourceAction, outputArtifacts: [] }), 'InvalidStageDeclarationException'],
    ['two actions of one name', stage(approvalAction, approvalAction), 'InvalidActionDeclarationException'],
    [
      'a role on a custom action',
      stage({ ...deployAction, roleArn: pipelineRole }),
      'InvalidActionDeclarationException',
    ],
    [
      'a custom action in another Region',
      stage({ ...deployAction, region: 'us-east-1' }),
      'InvalidActionDeclarationException',
    ],
    [
      'an unknown property',
      stage({ ...deployAction, configuration: { ClusterName: 'a', X: 'b' } }),
      'InvalidActionDeclarationException',
    ],
    [
      'a missing property',
      stage({ ...deployAction, configuration: { ServiceName: 'a' } }),
      'InvalidActionDeclarationException',
    ],
    [
      'an input that no action produces',
      stage({ ...deployAction, inputArtifacts: [{ name: 'X' }] }),
      'InvalidActionDeclarationException',
    ],
    [
      'no input for a type that takes one',
      stage({ ...deployAction, inputArtifacts: [] }),
      'InvalidActionDeclarationException',
    ],
    [
      'an unknown action type',
      stage({ ...deployAction, actionTypeId: { ...gantryType, version: '7' } }),
      'InvalidActionDeclarationException',
    ],
    [
      'a value of more than 1000 characters',
      stage({ ...deployAction, configuration: { ClusterName: 'x'.repeat(1001) } }),
      'ValidationException',
    ],
  ])('with %s is refused', async (_, stages, name) => {
    await expect(create('bad', stages)).rejects.toMatchObject({ name });
  });

  it('is updated with a new version, which the next execution uses', async () => {
    await create('updated', approvals);
    const { pipeline } = await client.send(
      new UpdatePipelineCommand({
        pipeline: pipelineWith('updated', [{ name: 'Gate', actions: [{ ...approvalAction, name: 'New' }] }]),
      }),
    );
    expect(pipeline?.version).toBe(2);
    await startPipeline(client, 'updated');
    await waitForEvent(aws, { pipeline: 'updated', action: 'New', version: 2 });
  });

  it('of an action type can be created once', async () => {
    const { actionTypes = [] } = await client.send(new ListActionTypesCommand({ actionOwnerFilter: 'Custom' }));
    expect(actionTypes.map(({ id }) => id)).toEqual([gantryType]);
  });
});
