import {
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  UpdatePipelineCommand,
} from '@aws-sdk/client-codepipeline';
import { describe, expect, it } from 'vitest';
import { approvals, approvalStages as stages, startRollbacks } from './observe-stage-rollback.ts';
import { pipelineWith, startPipeline } from './pipeline.ts';

const { aws, client, create, ended, approve, release, rollBack } = await startRollbacks();

describe('RollbackStage', () => {
  it('runs the stage again in a new execution, with the source of the target execution, and says so', async () => {
    await create('rolled', stages);
    const first = await release('rolled');
    const second = await release('rolled');
    const id = await rollBack('rolled', 'First', first);
    expect([first, second]).not.toContain(id);
    await approve('rolled', approvals[0]);
    await ended('rolled', id, 'SUCCEEDED');
    const read = async (pipelineExecutionId: string) =>
      (await client.send(new GetPipelineExecutionCommand({ pipelineName: 'rolled', pipelineExecutionId })))
        .pipelineExecution;
    const { artifactRevisions } = (await read(first))!;
    expect(await read(id)).toMatchObject({
      executionType: 'ROLLBACK',
      rollbackMetadata: { rollbackTargetPipelineExecutionId: first },
      trigger: { triggerType: 'ManualRollback', triggerDetail: expect.stringMatching(/^arn:aws:/) },
      artifactRevisions,
    });
    expect(await read(second)).toMatchObject({
      executionType: 'STANDARD',
      trigger: { triggerType: 'StartPipelineExecution' },
    });
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: 'rolled' }));
    expect(stageStates!.find(({ stageName }) => stageName === 'First')?.latestExecution).toMatchObject({
      pipelineExecutionId: id,
      type: 'ROLLBACK',
    });
  });

  it('is refused for what cannot be rolled back', async () => {
    await create('refused', stages);
    const failed = await startPipeline(client, 'refused');
    await aws.clock.advanceUntil(() => true);
    const unable = { name: 'UnableToRollbackStageException' };
    await expect(rollBack('refused', 'First', failed)).rejects.toMatchObject(unable);
    await approve('refused', approvals[0]);
    await approve('refused', approvals[1]);
    await ended('refused', failed, 'SUCCEEDED');
    await expect(rollBack('refused', 'Source', failed)).rejects.toMatchObject(unable);
    await expect(rollBack('refused', 'Third', failed)).rejects.toMatchObject({ name: 'StageNotFoundException' });
    const unknown = '00000000-0000-4000-8000-000000000000';
    await expect(rollBack('refused', 'First', unknown)).rejects.toMatchObject({
      name: 'PipelineExecutionNotFoundException',
    });
    const rollback = await rollBack('refused', 'First', failed);
    await expect(rollBack('refused', 'First', failed), 'the stage runs').rejects.toMatchObject(unable);
    await approve('refused', approvals[0]);
    await ended('refused', rollback, 'SUCCEEDED');
    await expect(rollBack('refused', 'First', rollback), 'it is a rollback').rejects.toMatchObject(unable);
    await client.send(new UpdatePipelineCommand({ pipeline: pipelineWith('refused', stages) }));
    await expect(rollBack('refused', 'First', failed)).rejects.toMatchObject({
      name: 'PipelineExecutionOutdatedException',
    });
  });
});
