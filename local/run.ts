import { statSync } from 'node:fs';
import { join } from 'node:path';
import { command, Misuse, whole } from '../cli/command.ts';
import { loadConfig } from '../cli/load-config.ts';
import { scaledClock } from './clock.ts';
import { debugFunctions } from './run/debug.ts';
import { connectFolder } from './run/source.ts';
import { type Running, start } from './run/start.ts';

const usage = `npm run local -- [--port 4566] [--speed 1] [--source examples/web] [--debug]

Serves an embedded AWS with everything that gantry.config.ts installs, until Ctrl-C.
  --port    the port on 127.0.0.1; 0 takes a free one
  --speed   how many simulated seconds pass in a second of yours
  --source  the folder that stands for the Git repository
  --debug   lets a debugger attach (port 9229), and runs the functions from functions/*.ts, without time-outs
`;

const options = {
  port: { type: 'string', default: '4566' },
  speed: { type: 'string', default: '1' },
  source: { type: 'string', default: join(import.meta.dirname, '..', 'examples', 'web') },
  debug: { type: 'boolean', default: false },
} as const;

const slowest = 0.001;

function speedOf(given: string): number {
  const speed = Number(given);
  if (Number.isFinite(speed) && speed >= slowest) return speed;
  throw new Misuse(`--speed is "${given}"; it must be a number from ${slowest} up.`);
}

function folderOf(source: string): string {
  if (statSync(source, { throwIfNoEntry: false })?.isDirectory()) return source;
  throw new Misuse(`--source is "${source}"; it must be a folder that exists.`);
}

/** What a person pastes into a shell to talk to one account of it. */
function shell({ cloud, system, administrators }: Running): string {
  const lines = [...administrators].map(([account, keys]) =>
    [
      `# ${account}${account === system.account ? ' (build)' : ''}`,
      `export AWS_ACCESS_KEY_ID=${keys.accessKeyId} AWS_SECRET_ACCESS_KEY=${keys.secretAccessKey}; unset AWS_SESSION_TOKEN`,
    ].join('\n'),
  );
  const common = `export AWS_ENDPOINT_URL=${cloud.url} AWS_REGION=${system.region} AWS_DEFAULT_REGION=${system.region}`;
  return [common, ...lines].join('\n');
}

const hints = ({ system: { pipeline, machine } }: Running): string =>
  `# try:
aws codepipeline start-pipeline-execution --name ${pipeline.name}
aws codepipeline get-pipeline-state --name ${pipeline.name}
aws stepfunctions start-execution --state-machine-arn ${machine.arn} --input '{"target":"test/web"}'`;

/** Why the port cannot be had, for whoever chose it; other errors as they are. */
const portMistake = (error: unknown, port: number): unknown => {
  if (!(error instanceof Error && 'code' in error)) return error;
  if (error.code === 'EADDRINUSE') return new Misuse(`Port ${port} is in use: give --port 0 for a free one.`);
  if (error.code === 'EACCES') return new Misuse(`Port ${port} is not yours to take: give --port 0 for a free one.`);
  return error;
};

process.exitCode = await command({
  usage,
  options,
  async run({ port: portText, speed: speedText = '', source = '', debug = false }) {
    const port = whole('port', portText, { least: 0, most: 65_535 }) ?? 0;
    const [speed, folder, config] = [speedOf(speedText), folderOf(source), await loadConfig()];
    const running = await start({ clock: scaledClock(speed), config, stage: 'production', port }).catch((error) => {
      throw portMistake(error, port);
    });
    connectFolder(running, config, folder);
    if (debug) debugFunctions(running.cloud);
    console.log(`${shell(running)}\n\n${hints(running)}\n\n# Ctrl-C ends it; nothing is kept.`);
    process.once('SIGINT', () => void running.stop().then(() => process.exit(0)));
    process.once('SIGTERM', () => void running.stop().then(() => process.exit(0)));
    return 0;
  },
});
