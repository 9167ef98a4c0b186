import { setSource } from '../../local/codepipeline.ts';
import type { Administrator } from '../../local/run/accounts.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import type { InProcessSystem } from '../../local/run/in-process-system.ts';
import { createZip } from '../zip.ts';

const name = 'attacked';

interface StageState {
  stageName: string;
  latestExecution?: { status: string; pipelineExecutionId: string };
  actionStates: {
    actionName: string;
    latestExecution?: { status: string; token?: string; summary?: string; errorDetails?: { message: string } };
  }[];
}

/** How an action ended, with its message or summary. */
export interface EndedAction {
  status: string;
  message: string;
}

/** Returns the bytes of an artifact with these files, as JSON. */
export const zipFiles = async (files: Record<string, unknown>): Promise<Buffer> =>
  Buffer.from(
    await createZip(...Object.entries(files).map(([path, value]) => ({ path, content: JSON.stringify(value) }))),
  );

/** The pipeline's declaration: a source, test, and prod behind an approval. The actions are those of the installed pipeline. */
function declarePipeline({ system }: InProcessSystem) {
  const { pipeline } = getFirstPipeline(system);
  const actions = pipeline.stages.flatMap((stage) => stage.actions);
  const deploy = (account: string, runOrder: number) => ({
    ...actions.find(({ configuration }) => configuration?.RoleArn?.includes(account)),
    name: 'Deploy',
    runOrder,
    inputArtifacts: [{ name: 'Bundle' }],
  });
  const source = {
    name: 'Source',
    actionTypeId: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' },
    configuration: { S3Bucket: 'sources', S3ObjectKey: 'attacked.zip' },
    outputArtifacts: [{ name: 'Bundle' }],
  };
  const approval = { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' };
  const approve = { name: 'Approve', actionTypeId: approval, runOrder: 1 };
  const stages = [
    { name: 'Source', actions: [source] },
    { name: 'Test', actions: [deploy('222222222222', 1)] },
    { name: 'Prod', actions: [approve, deploy('333333333333', 2)] },
  ];
  return { ...pipeline, name, stages };
}

/** Creates a pipeline whose artifact has chosen files, and which deploys to test and, after an approval, to prod. */
export async function createAttackedPipeline(system: InProcessSystem, admin: Administrator) {
  const { clock } = system;
  let files: Record<string, unknown> = {};
  setSource(system.cloud, 'sources/attacked.zip', async () => ({
    revision: 'v1',
    summary: name,
    zip: await zipFiles(files),
  }));
  await admin('codepipeline', 'CreatePipeline', { pipeline: declarePipeline(system) });
  const readStage = async (wanted: string): Promise<StageState> => {
    const state = (await admin('codepipeline', 'GetPipelineState', { name })) as { stageStates: StageState[] };
    return state.stageStates.find(({ stageName }) => stageName === wanted)!;
  };
  const readAction = async (stage: string, action: string) =>
    (await readStage(stage)).actionStates.find(({ actionName }) => actionName === action)?.latestExecution;
  const readDeployment = async (stage: 'Test' | 'Prod'): Promise<EndedAction> => {
    const run = await readAction(stage, 'Deploy');
    return { status: run?.status ?? 'none', message: run?.errorDetails?.message ?? run?.summary ?? '' };
  };
  const untilProdEnds = async (): Promise<EndedAction> => {
    await clock.advanceUntil(async () => (await readStage('Prod')).latestExecution?.status !== 'InProgress', 3_600_000);
    return readDeployment('Prod');
  };
  return {
    readDeployment,
    /** Releases an artifact with these files. Returns when prod waits for its approval. */
    async releaseToTest(given: Record<string, unknown>): Promise<void> {
      files = given;
      await admin('codepipeline', 'StartPipelineExecution', { name });
      await clock.advanceUntil(async () => (await readAction('Prod', 'Approve'))?.token !== undefined, 3_600_000);
    },
    /** Approves the release for prod; returns how its deployment ended. */
    async approve(): Promise<EndedAction> {
      const token = (await readAction('Prod', 'Approve'))?.token;
      const at = { pipelineName: name, stageName: 'Prod', actionName: 'Approve', token };
      await admin('codepipeline', 'PutApprovalResult', { ...at, result: { summary: 'ok', status: 'Approved' } });
      return untilProdEnds();
    },
    /** Retries the failed actions in the stage of prod. */
    async retryProd(): Promise<EndedAction> {
      const { pipelineExecutionId } = (await readStage('Prod')).latestExecution!;
      const at = { pipelineName: name, stageName: 'Prod', pipelineExecutionId, retryMode: 'FAILED_ACTIONS' };
      await admin('codepipeline', 'RetryStageExecution', at);
      return untilProdEnds();
    },
  };
}
