import JSZip from 'jszip';
import type { JumpingClock } from '../local/clock.ts';
import type { Administrator } from '../local/run/accounts.ts';
import { getPlayedPipeline } from '../local/run/first-pipeline.ts';
import type { RunningSystem } from '../local/run/start.ts';
import { formatFirstServiceName } from '../local/run/target-services.ts';
import type { CloudReader } from './cloud-reader.ts';

/** The installed system on a jumping clock, with the administrator of its build account. */
export interface PlayEnvironment {
  clock: JumpingClock;
  running: RunningSystem;
  reader: CloudReader;
  build: Administrator;
}

/** After this simulated time, the demo shows the state even if something is still running. */
const idleTimeoutMs = 3 * 3_600_000;

/** Deploys two healthy releases. Also provides an artifact and images that events can name and, for `take-job`, a job that waits for a worker. */
export async function prepareEnvironment(environment: PlayEnvironment, entryPoint: string): Promise<void> {
  const { running, build } = environment;
  await waitUntilIdle(environment);
  await putImage(environment, '1.0.0', '{}');
  await putImage(environment, '1.1.0', '{}');
  await putImage(environment, 'crash', '{"then":"crash","afterSeconds":2,"exitCode":1,"log":["boom"]}');
  const zip = new JSZip();
  const images = listImages(running, '1.0.0');
  zip.file('imagedefinitions.json', JSON.stringify(images));
  const Body = await zip.generateAsync({ type: 'nodebuffer' });
  await build('s3', 'PutObject', {
    Bucket: getPlayedPipeline(running).bucket.name,
    Key: 'samples/build.zip',
    Body,
  });
  for (const tag of ['1.0.0', '1.1.0']) await deployManually(environment, tag);
  if (entryPoint === 'take-job') await offerJob(environment);
}

/** Runs the pipeline up to its deploy action, with the rule and the schedule of `take-job` disabled. */
async function offerJob({ clock, running, build, reader }: PlayEnvironment): Promise<void> {
  const { rules, schedules } = running.system;
  const { pipeline } = getPlayedPipeline(running);
  const State = 'DISABLED';
  for (const { name: Name, pattern, target } of rules)
    if (target.id === 'take-job')
      await build('events', 'PutRule', { Name, EventPattern: JSON.stringify(pattern), State });
  for (const { file, name, expression: ScheduleExpression } of schedules)
    if (file === 'take-job') await build('events', 'PutRule', { Name: `${name}-schedule`, ScheduleExpression, State });
  await build('codepipeline', 'StartPipelineExecution', { name: pipeline.name });
  await clock.advanceUntil(async () =>
    (await reader.stages()).some(
      ({ stageName, actionStates }) =>
        stageName.startsWith('Deploy-') && actionStates.some(({ latestExecution }) => latestExecution),
    ),
  );
}

/** The images of all containers of the first service, from the repository of the played pipeline. */
const listImages = (running: RunningSystem, tag: string) =>
  (running.services[0]?.service.containers ?? []).map((name) => ({
    name,
    imageUri: `${getPlayedPipeline(running).repository.uri}:${tag}`,
  }));

/** Pushes an image. `behavior` defines what its tasks do (local/README.md). */
async function putImage({ running, build }: PlayEnvironment, imageTag: string, behavior: string): Promise<void> {
  const digest = `sha256:${'0'.repeat(64)}`;
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: 2 },
    layers: [],
    annotations: { 'local.gantry.behavior': behavior, tag: imageTag },
  });
  await build('ecr', 'PutImage', {
    repositoryName: getPlayedPipeline(running).repository.name,
    imageManifest,
    imageTag,
  });
}

async function deployManually(environment: PlayEnvironment, tag: string): Promise<void> {
  const { build, running } = environment;
  const input = JSON.stringify({ target: formatFirstServiceName(running.services), images: listImages(running, tag) });
  await build('states', 'StartExecution', { stateMachineArn: running.system.machine.arn, input });
  await waitUntilIdle(environment);
}

/** Advances the clock until no execution runs and every service is steady. */
export const waitUntilIdle = ({ clock, running, reader }: PlayEnvironment): Promise<void> =>
  clock
    .advanceUntil(async () => {
      const executions = await Promise.all((await reader.executions()).map(reader.execution));
      const all = await Promise.all(running.services.map(({ target, service }) => reader.service(target, service)));
      return executions.every(({ status }) => status !== 'RUNNING') && all.every(({ steady }) => steady);
    }, idleTimeoutMs)
    .catch(() => undefined);
