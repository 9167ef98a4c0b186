import JSZip from 'jszip';
import { z } from 'zod';
import { getFirstPipeline } from '../local/run/first-pipeline.ts';
import packages from '../package.json' with { type: 'json' };
import type { Cell } from './cell.ts';
import { pipelineScenarios } from './config.ts';
import type { Deployer } from './deployer.ts';
import type { BenchEnvironment } from './environment.ts';
import { classifyEnding, findVerdict, readHistory } from './execution.ts';
import { pollMs } from './gantry-deployer.ts';
import { type DeployerReport, truncateReason } from './row.ts';

/** Uploads a zip with the release's image definition, which a build would produce, for the pipeline's source action. Returns the action's configuration. */
async function putSource(
  { build }: BenchEnvironment,
  { name, image }: Cell,
  fileName: string,
): Promise<Record<string, string>> {
  const zip = new JSZip().file(fileName, JSON.stringify([{ name: 'app', imageUri: image }]));
  const location = { Bucket: `${name}-sources`, Key: 'release.zip' };
  await build('s3', 'CreateBucket', { Bucket: location.Bucket });
  await build('s3', 'PutBucketVersioning', { Bucket: location.Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  await build('s3', 'PutObject', { ...location, Body: await zip.generateAsync({ type: 'nodebuffer' }) });
  return { S3Bucket: location.Bucket, S3ObjectKey: location.Key, PollForSourceChanges: 'false' };
}

/** Creates a pipeline with the cell's name: a source action, and the installed pipeline's deploy action for the cell's service. */
async function createPipeline(environment: BenchEnvironment, cell: Cell): Promise<void> {
  const { pipeline } = getFirstPipeline(environment.running.system);
  const actions = pipeline.stages.flatMap((stage) => stage.actions);
  const [source] = actions;
  const deploy = actions.find(({ configuration }) => configuration.ServiceName === cell.name);
  if (source === undefined || deploy === undefined) throw new Error(`${cell.name} is in no target of bench/config.ts.`);
  const configuration = await putSource(environment, cell, deploy.configuration.FileName ?? '');
  const stages = [
    { name: 'Source', actions: [{ ...source, configuration }] },
    { name: 'Deploy', actions: [{ ...deploy, inputArtifacts: source.outputArtifacts }] },
  ];
  await environment.build('codepipeline', 'CreatePipeline', { pipeline: { ...pipeline, name: cell.name, stages } });
}

const pipelineStateSchema = z.object({
  stageStates: z.array(
    z.object({
      actionStates: z.tuple([
        z.object({
          latestExecution: z
            .object({
              status: z.string(),
              lastStatusChange: z.number(),
              externalExecutionId: z.string().optional(),
              errorDetails: z.object({ code: z.string(), message: z.string() }).optional(),
            })
            .optional(),
        }),
      ]),
    }),
  ),
});

/** Returns the state of the deploy action; undefined if it has not started. Throws if the source action failed. */
async function readDeployAction(environment: BenchEnvironment, { name }: Cell) {
  const { stageStates } = pipelineStateSchema.parse(
    await environment.build('codepipeline', 'GetPipelineState', { name }),
  );
  const [source, deploy] = stageStates.map(({ actionStates: [{ latestExecution }] }) => latestExecution);
  if (source?.status === 'Failed') throw new Error(`The source action failed: ${source.errorDetails?.message}`);
  return deploy;
}

async function waitUntilEnded(environment: BenchEnvironment, cell: Cell, signal: AbortSignal) {
  while (!signal.aborted) {
    const deploy = await readDeployAction(environment, cell);
    if (deploy !== undefined && deploy.status !== 'InProgress') return deploy;
    await environment.wait(pollMs);
  }
  return undefined;
}

/** Gantry in its usual setup: it is the deploy action of a pipeline, and the events of its target account wake it. */
export const pipelineDeployer: Deployer = {
  id: 'pipeline',
  title: 'Gantry, by the pipeline',
  version: packages.version,
  workflow: true,
  only: pipelineScenarios,
  async deploy(environment, cell, signal): Promise<DeployerReport | undefined> {
    await createPipeline(environment, cell);
    await environment.build('codepipeline', 'StartPipelineExecution', { name: cell.name });
    const ended = await waitUntilEnded(environment, cell, signal);
    if (ended === undefined) return undefined;
    const { status, lastStatusChange, externalExecutionId, errorDetails } = ended;
    const found = externalExecutionId && findVerdict(await readHistory(environment, externalExecutionId));
    const endedAt = lastStatusChange * 1000;
    const verdict = classifyEnding(status === 'Succeeded', errorDetails?.code);
    return {
      verdict,
      verdictAt: endedAt,
      reason: truncateReason(errorDetails?.message ?? ''),
      fullReason: errorDetails?.message ?? '',
      ...found,
      endedAt,
      exit: status,
    };
  },
};
