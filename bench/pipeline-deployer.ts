import JSZip from 'jszip';
import { z } from 'zod';
import packages from '../package.json' with { type: 'json' };
import type { Cell } from './cell.ts';
import { pipelineScenarios } from './config.ts';
import type { Deployer } from './deployer.ts';
import type { BenchEnvironment } from './environment.ts';
import { classifyEnding, findVerdict, readHistory } from './execution.ts';
import { pollMs } from './gantry-deployer.ts';
import { type DeployerReport, truncateReason } from './row.ts';

/** Puts what a build would hand on where the pipeline's source action looks: the release's image, in a zip. */
async function putSource(
  { build }: BenchEnvironment,
  { name, image }: Cell,
  fileName: string,
): Promise<Record<string, string>> {
  const zip = new JSZip().file(fileName, JSON.stringify([{ name: 'app', imageUri: image }]));
  const place = { Bucket: `${name}-sources`, Key: 'release.zip' };
  await build('s3', 'CreateBucket', { Bucket: place.Bucket });
  await build('s3', 'PutBucketVersioning', { Bucket: place.Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  await build('s3', 'PutObject', { ...place, Body: await zip.generateAsync({ type: 'nodebuffer' }) });
  return { S3Bucket: place.Bucket, S3ObjectKey: place.Key, PollForSourceChanges: 'false' };
}

/** A pipeline of the cell's name: the source, and the deploy action that the installed pipeline has for its service. */
async function createPipeline(world: BenchEnvironment, cell: Cell): Promise<void> {
  const { pipeline } = world.running.system;
  const actions = pipeline.stages.flatMap((stage) => stage.actions);
  const [source] = actions;
  const deploy = actions.find(({ configuration }) => configuration.ServiceName === cell.name);
  if (source === undefined || deploy === undefined) throw new Error(`${cell.name} is in no target of bench/config.ts.`);
  const configuration = await putSource(world, cell, deploy.configuration.FileName ?? '');
  const stages = [
    { name: 'Source', actions: [{ ...source, configuration }] },
    { name: 'Deploy', actions: [{ ...deploy, inputArtifacts: source.outputArtifacts }] },
  ];
  await world.build('codepipeline', 'CreatePipeline', { pipeline: { ...pipeline, name: cell.name, stages } });
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

/** How the two actions stand, as far as they have begun. */
async function readDeployAction(world: BenchEnvironment, { name }: Cell) {
  const { stageStates } = pipelineStateSchema.parse(await world.build('codepipeline', 'GetPipelineState', { name }));
  const [source, deploy] = stageStates.map(({ actionStates: [{ latestExecution }] }) => latestExecution);
  if (source?.status === 'Failed') throw new Error(`The source action failed: ${source.errorDetails?.message}`);
  return deploy;
}

async function waitUntilEnded(world: BenchEnvironment, cell: Cell, signal: AbortSignal) {
  while (!signal.aborted) {
    const deploy = await readDeployAction(world, cell);
    if (deploy !== undefined && deploy.status !== 'InProgress') return deploy;
    await world.wait(pollMs);
  }
  return undefined;
}

/** Gantry as teams use it: the deploy action of a pipeline, woken by the events of its target account. */
export const pipelineDeployer: Deployer = {
  id: 'pipeline',
  title: 'Gantry, by the pipeline',
  version: packages.version,
  workflow: true,
  only: pipelineScenarios,
  async deploy(world, cell, signal): Promise<DeployerReport | undefined> {
    await createPipeline(world, cell);
    await world.build('codepipeline', 'StartPipelineExecution', { name: cell.name });
    const over = await waitUntilEnded(world, cell, signal);
    if (over === undefined) return undefined;
    const { status, lastStatusChange, externalExecutionId, errorDetails } = over;
    const verdict = externalExecutionId && findVerdict(await readHistory(world, externalExecutionId));
    const endedAt = lastStatusChange * 1000;
    const says = classifyEnding(status === 'Succeeded', errorDetails?.code);
    return {
      says,
      verdictAt: endedAt,
      reason: truncateReason(errorDetails?.message ?? ''),
      fullReason: errorDetails?.message ?? '',
      ...verdict,
      endedAt,
      exit: status,
    };
  },
};
