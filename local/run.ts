import { statSync } from 'node:fs';
import { loadCheckoutConfig } from '../cli/checkout-config.ts';
import { parseWholeNumber, runCommand, UsageError } from '../cli/command.ts';
import { selectAnswers } from './assumptions/answers.ts';
import { exitOnSignals } from './exit-on-signals.ts';
import { parseAnswerOptions } from './run/parse-answers.ts';

/* Loads the embedded AWS only after the options are read, because that takes most of the time of a start. */

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

process.exitCode = await runCommand({
  usage,
  options,
  async run({ port: portText, speed: speedText = '', source, assume = [], debug = false }) {
    exitOnSignals(() => 0);
    const port = parseWholeNumber('port', portText, { least: 0, most: 65_535 }) ?? 0;
    const answers = selectAnswers(...parseAnswerOptions('assume', assume));
    const [speed, folder, config] = [parseSpeed(speedText), parseSourceFolder(source), await loadCheckoutConfig()];
    const { serveSystem } = await import('./run/serve-system.ts');
    const commands = await serveSystem(config, { port, speed, answers, folder, debug });
    console.log(`${commands}\n\n# Ctrl-C ends it; nothing is kept.`);
    return 0;
  },
});
