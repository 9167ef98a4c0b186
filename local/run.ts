import { statSync } from 'node:fs';
import { join } from 'node:path';
import { loadCheckoutConfig } from '../cli/checkout-config.ts';
import { parseWholeNumber, runCommand, UsageError } from '../cli/command.ts';
import { isExampleList } from '../demo/image-lists.ts';
import { createDemoRepository } from '../demo/repository.ts';
import { listDeployedServices } from '../demo/system.ts';
import { selectAnswers } from './assumptions/answers.ts';
import { createScaledClock } from './clock.ts';
import { exitOnSignals } from './exit-on-signals.ts';
import { debugFunctions } from './run/debug.ts';
import { formatExampleCommands } from './run/example-commands.ts';
import { hasPlayedPipeline } from './run/first-pipeline.ts';
import { parseAnswerOptions } from './run/parse-answers.ts';
import { useFolderAsSource } from './run/source.ts';
import { type RunningSystem, startEmbeddedAws } from './run/start.ts';

const usage = `npm run local -- [--port 4566] [--speed 1] [--source examples/web] [--assume id=answer …] [--debug]

Serves an embedded AWS with everything that gantry.config.ts installs, until Ctrl-C.
  --port    the port on 127.0.0.1; 0 takes a free one
  --speed   how many simulated seconds pass in a second of yours
  --source  the folder that stands for the Git repository; without it, examples/web, or a copy that lists images for other containers
  --assume  how AWS behaves where no document says it (docs/assumptions.md); once for each assumption
  --debug   lets a debugger attach (port 9229), and runs the functions from functions/*.ts, without time-outs
`;

const options = {
  port: { type: 'string', default: '4566' },
  speed: { type: 'string', default: '1' },
  source: { type: 'string' },
  assume: { type: 'string', multiple: true },
  debug: { type: 'boolean', default: false },
} as const;

const minSpeed = 0.001;

function parseSpeed(given: string): number {
  const speed = Number(given);
  if (Number.isFinite(speed) && speed >= minSpeed) return speed;
  throw new UsageError(`--speed is "${given}"; it must be a number from ${minSpeed} up.`);
}

function parseSourceFolder(source: string | undefined): string | undefined {
  if (source === undefined || statSync(source, { throwIfNoEntry: false })?.isDirectory()) return source;
  throw new UsageError(`--source is "${source}"; it must be a folder that exists.`);
}

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

const exampleFolder = join(import.meta.dirname, '..', 'examples', 'web');

/** The given folder, or else the example application: itself, or a copy of it if the configuration needs other lists of images. */
async function chooseRepository(running: RunningSystem, folder: string | undefined) {
  const services = hasPlayedPipeline(running) ? listDeployedServices(running) : [];
  if (folder === undefined && services.length > 0 && !isExampleList(services))
    return (await createDemoRepository(services)).folder;
  return folder ?? exampleFolder;
}

process.exitCode = await runCommand({
  usage,
  options,
  async run({ port: portText, speed: speedText = '', source, assume = [], debug = false }) {
    exitOnSignals(() => 0);
    const port = parseWholeNumber('port', portText, { least: 0, most: 65_535 }) ?? 0;
    const answers = selectAnswers(...parseAnswerOptions('assume', assume));
    const [speed, folder, config] = [parseSpeed(speedText), parseSourceFolder(source), await loadCheckoutConfig()];
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
    console.log(`${shellExports(running)}\n\n${formatExampleCommands(running)}\n\n# Ctrl-C ends it; nothing is kept.`);
    return 0;
  },
});
