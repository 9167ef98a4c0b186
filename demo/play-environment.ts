import JSZip from 'jszip';
import type { JumpingClock } from '../local/clock.ts';
import type { Administrator } from '../local/run/accounts.ts';
import type { RunningSystem } from '../local/run/start.ts';
import type { CloudReader } from './cloud-reader.ts';

/** Where an event is played: the installed system on a clock that jumps, and its build account's administrator. */
export interface PlayEnvironment {
  clock: JumpingClock;
  running: RunningSystem;
  looks: CloudReader;
  build: Administrator;
}

/** After so many simulated hours whatever still goes on is shown as it is. */
const idleTimeoutMs = 3 * 3_600_000;

/** Two good releases by hand, an artifact, images to ask for; and for `take-job` a job that waits for a worker. */
export async function prepareEnvironment(world: PlayEnvironment, door: string): Promise<void> {
  const { running, build } = world;
  await waitUntilIdle(world);
  await putImage(world, '1.0.0', '{}');
  await putImage(world, '1.1.0', '{}');
  await putImage(world, 'crash', '{"then":"crash","afterSeconds":2,"exitCode":1,"log":["boom"]}');
  const zip = new JSZip();
  const images = [{ name: 'app', imageUri: `${running.system.repository.uri}:1.0.0` }];
  zip.file('imagedefinitions.json', JSON.stringify(images));
  const Body = await zip.generateAsync({ type: 'nodebuffer' });
  await build('s3', 'PutObject', { Bucket: running.system.bucket.name, Key: 'samples/build.zip', Body });
  for (const tag of ['1.0.0', '1.1.0']) await deployManually(world, tag);
  if (door === 'take-job') await offerJob(world);
}

/** Lets the pipeline come to its deploy action while nothing wakes `take-job`. */
async function offerJob({ clock, running, build, looks: look }: PlayEnvironment): Promise<void> {
  const { rules, schedules, pipeline } = running.system;
  const State = 'DISABLED';
  for (const { name: Name, pattern, target } of rules)
    if (target.id === 'take-job')
      await build('events', 'PutRule', { Name, EventPattern: JSON.stringify(pattern), State });
  for (const { file, name, expression: ScheduleExpression } of schedules)
    if (file === 'take-job') await build('events', 'PutRule', { Name: `${name}-schedule`, ScheduleExpression, State });
  await build('codepipeline', 'StartPipelineExecution', { name: pipeline.name });
  await clock.advanceUntil(async () =>
    (await look.stages()).some(
      ({ stageName, actionStates }) =>
        stageName === 'Deploy-test' && actionStates.some(({ latestExecution }) => latestExecution),
    ),
  );
}

/** Puts an image into the repository that does what `behavior` says when it runs (local/README.md). */
async function putImage({ running, build }: PlayEnvironment, imageTag: string, behavior: string): Promise<void> {
  const digest = `sha256:${'0'.repeat(64)}`;
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: 2 },
    layers: [],
    annotations: { 'local.gantry.behavior': behavior, tag: imageTag },
  });
  await build('ecr', 'PutImage', { repositoryName: running.system.repository.name, imageManifest, imageTag });
}

async function deployManually(world: PlayEnvironment, tag: string): Promise<void> {
  const { build, running } = world;
  const images = [{ name: 'app', imageUri: `${running.system.repository.uri}:${tag}` }];
  const input = JSON.stringify({ target: 'test/web', images });
  await build('states', 'StartExecution', { stateMachineArn: running.system.machine.arn, input });
  await waitUntilIdle(world);
}

/** Lets time pass until no execution runs and every service is steady. */
export const waitUntilIdle = ({ clock, running, looks: look }: PlayEnvironment): Promise<void> =>
  clock
    .advanceUntil(async () => {
      const executions = await Promise.all((await look.executions()).map(look.execution));
      const services = running.config.targets.flatMap((target) =>
        target.services.map((service) => look.service(target, service)),
      );
      const all = await Promise.all(services);
      return executions.every(({ status }) => status !== 'RUNNING') && all.every(({ steady }) => steady);
    }, idleTimeoutMs)
    .catch(() => undefined);
