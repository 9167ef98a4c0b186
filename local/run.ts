import { parseArgs } from 'node:util';
import config from '../gantry.config.ts';
import { scaledClock } from './clock.ts';
import { connectFolder } from './run/source.ts';
import { type Running, start } from './run/start.ts';

const usage = `npm run local -- [--port 4566] [--speed 1] [--source examples/web]

Serves an embedded AWS with everything that gantry.config.ts installs, until Ctrl-C.
  --port    the port on 127.0.0.1; 0 takes a free one
  --speed   how many simulated seconds pass in a second of yours
  --source  the folder that stands for the Git repository
`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4566' },
    speed: { type: 'string', default: '1' },
    source: { type: 'string', default: 'examples/web' },
    help: { type: 'boolean', default: false },
  },
});

/** A number from the command line, or an end with a sentence. */
function number(name: string, given: string, least: number): number {
  const value = Number(given);
  if (Number.isFinite(value) && value >= least) return value;
  console.error(`--${name} is "${given}"; it must be a number from ${least} up.`);
  process.exit(2);
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

if (values.help) console.log(usage);
else {
  const clock = scaledClock(number('speed', values.speed, 0.001));
  const running = await start({ clock, config, stage: 'production', port: number('port', values.port, 0) });
  connectFolder(running, config, values.source);
  console.log(`${shell(running)}\n\n${hints(running)}\n\n# Ctrl-C ends it; nothing is kept.`);
  process.once('SIGINT', () => void running.stop().then(() => process.exit(0)));
  process.once('SIGTERM', () => void running.stop().then(() => process.exit(0)));
}
