import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { styleText } from 'node:util';
import { loadCheckoutConfig } from '../cli/checkout-config.ts';
import { runCommand, UsageError } from '../cli/command.ts';
import type { Cloud } from '../local/cloud.ts';
import { exitOnSignals } from '../local/exit-on-signals.ts';
import type { PlayResult } from './play-event.ts';

/* Loads the embedded AWS only after the arguments are read, because that takes most of the time of a start. */

const usage = `npm run play -- [--debug] events/<function or machine>.<case>.json

Sends one event to the function or state machine that its file is named after, in a new embedded AWS whose services have had two healthy releases.
Prints what happened.
  --debug  waits for a debugger (port 9229) before the event; the functions then run from functions/*.ts, without time-outs
`;

const listExampleEvents = (): string =>
  globSync('events/*.json', { cwd: join(import.meta.dirname, '..') })
    .sort()
    .join('\n  ');

/** Reads the file of an event. Throws a UsageError that says what is wrong with it. */
async function readEventFile(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UsageError(`The file ${path} cannot be read; there are:\n  ${listExampleEvents()}`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function parseEntryPoint(file: string): Promise<string> {
  const { listEntryPoints } = await import('./play-event.ts');
  const entryPoints = listEntryPoints(await loadCheckoutConfig()).sort();
  const [entryPoint = ''] = basename(file).split('.');
  if (entryPoints.includes(entryPoint)) return entryPoint;
  throw new UsageError(
    `${file} is named after "${entryPoint}", which is neither a function nor a state machine. There are: ${entryPoints.join(', ')}.`,
  );
}

function printResult(entryPoint: string, { answer, executions, services }: PlayResult): void {
  console.log(`${styleText('bold', entryPoint)} answered ${JSON.stringify(answer, null, 2)}`);
  for (const { arn, status, states, error, message } of executions) {
    console.log(
      `\n${styleText('bold', arn)}\n${styleText(status === 'SUCCEEDED' ? 'green' : 'red', status)} ${error ?? ''}`,
    );
    console.log(message.replace(/^/gm, '    '));
    console.log(`    ${states.join(' › ')}`);
  }
  for (const { name, before, after, rollout } of services)
    console.log(`\n${styleText('bold', name)} ran ${before} and now runs ${after} (${rollout})`);
}

process.exitCode = await runCommand({
  usage,
  options: { debug: { type: 'boolean', default: false } },
  words: 1,
  async run({ debug = false }, [file]) {
    if (file === undefined) throw new UsageError(`Give the file of an event; there are:\n  ${listExampleEvents()}`);
    exitOnSignals();
    const event = await readEventFile(file);
    const entryPoint = await parseEntryPoint(file);
    const { debugFunctions } = await import('../local/run/debug.ts');
    const { playEvent } = await import('./play-event.ts');
    const playOptions = debug ? { debug: (cloud: Cloud) => debugFunctions(cloud, { wait: true }) } : {};
    printResult(entryPoint, await playEvent(entryPoint, event, playOptions));
    return 0;
  },
});
