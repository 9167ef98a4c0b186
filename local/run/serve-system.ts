import { join } from 'node:path';
import { UsageError } from '../../cli/command.ts';
import type { Config } from '../../core/config/check.ts';
import { isExampleList } from '../../demo/image-lists.ts';
import { createDemoRepository } from '../../demo/repository.ts';
import { listDeployedServices } from '../../demo/system.ts';
import type { Answers } from '../assumptions/list.ts';
import { createScaledClock } from '../clock.ts';
import { debugFunctions } from './debug.ts';
import { formatExampleCommands } from './example-commands.ts';
import { hasPlayedPipeline } from './first-pipeline.ts';
import { useFolderAsSource } from './source.ts';
import { type RunningSystem, startEmbeddedAws } from './start.ts';

/** Returns the shell commands that give a user access to one account. */
function shellExports({ cloud, system, administrators }: RunningSystem): string {
  const lines = [...administrators].map(([account, keys]) =>
    [
      `# ${account}${account === system.account ? ' (build)' : ''}`,
      `export AWS_ACCESS_KEY_ID=${keys.accessKeyId} AWS_SECRET_ACCESS_KEY=${keys.secretAccessKey}; unset AWS_SESSION_TOKEN`,
    ].join('\n'),
  );
  const common = `export AWS_ENDPOINT_URL=${cloud.url} AWS_REGION=${system.region} AWS_DEFAULT_REGION=${system.region}`;
  return [common, ...lines].join('\n');
}

/** Explains to the user why the port is not available; returns other errors unchanged. */
const explainPortError = (error: unknown, port: number): unknown => {
  if (!(error instanceof Error && 'code' in error)) return error;
  if (error.code === 'EADDRINUSE') return new UsageError(`Port ${port} is in use: give --port 0 for a free one.`);
  if (error.code === 'EACCES')
    return new UsageError(`Port ${port} is not yours to take: give --port 0 for a free one.`);
  return error;
};

const exampleFolder = join(import.meta.dirname, '..', '..', 'examples', 'web');

/** The given folder, or else the example application. If the configuration needs other lists of images, a copy of the application. */
async function chooseRepository(running: RunningSystem, folder: string | undefined) {
  const services = hasPlayedPipeline(running) ? listDeployedServices(running) : [];
  if (folder === undefined && services.length > 0 && !isExampleList(services))
    return (await createDemoRepository(services)).folder;
  return folder ?? exampleFolder;
}

interface ServeOptions {
  port: number;
  /** How many simulated seconds pass in a second. */
  speed: number;
  answers: Answers;
  /** The folder that stands for the Git repository. */
  folder: string | undefined;
  debug: boolean;
}

/** Serves an embedded AWS with everything that the configuration installs. Returns the commands to try; throws a UsageError if the port is taken. */
export async function serveSystem(
  config: Config,
  { port, speed, answers, folder, debug }: ServeOptions,
): Promise<string> {
  const running = await startEmbeddedAws({
    clock: createScaledClock(speed),
    config,
    stage: 'production',
    withExistingResources: true,
    port,
    answers,
  }).catch((error) => {
    throw explainPortError(error, port);
  });
  useFolderAsSource(running, config, await chooseRepository(running, folder));
  if (debug) debugFunctions(running.cloud);
  return `${shellExports(running)}\n\n${formatExampleCommands(running)}`;
}
