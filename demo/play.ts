import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { styleText } from 'node:util';
import { runCommand, UsageError } from '../cli/command.ts';
import type { Cloud } from '../local/cloud.ts';
import { debugFunctions } from '../local/run/debug.ts';
import { entryPoints, type PlayResult, playEvent } from './play-event.ts';

const usage = `npm run play -- [--debug] events/<function or machine>.<case>.json

Plays one event at the door that its file is named after, in a fresh embedded AWS whose services have seen two good releases, and prints what happened.
  --debug  waits for a debugger (port 9229) before the event, whose functions then run from functions/*.ts, without time-outs
`;

const listExampleEvents = (): string =>
  globSync('events/*.json', { cwd: join(import.meta.dirname, '..') })
    .sort()
    .join('\n  ');

/** Reads an event's file. Throws a Misuse that says what is wrong with it. */
async function readEventFile(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UsageError(`There is no file ${path} that can be read; there are:\n  ${listExampleEvents()}`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parseEntryPoint(file: string): string {
  const [door = ''] = basename(file).split('.');
  if (entryPoints.includes(door)) return door;
  throw new UsageError(
    `${file} is named after "${door}"; no function or machine is. There are: ${entryPoints.join(', ')}.`,
  );
}

function printResult(door: string, { answer, executions, services }: PlayResult): void {
  console.log(`${styleText('bold', door)} answered ${JSON.stringify(answer, null, 2)}`);
  for (const { arn, status, states, error, says } of executions) {
    console.log(
      `\n${styleText('bold', arn)}\n${styleText(status === 'SUCCEEDED' ? 'green' : 'red', status)} ${error ?? ''}`,
    );
    console.log(says.replace(/^/gm, '    '));
    console.log(`    ${states.join(' › ')}`);
  }
  for (const { name, before, after, rollout } of services)
    console.log(`\n${styleText('bold', name)} was on ${before} and is on ${after} (${rollout})`);
}

process.exitCode = await runCommand({
  usage,
  options: { debug: { type: 'boolean', default: false } },
  words: 1,
  async run({ debug = false }, [file]) {
    if (file === undefined) throw new UsageError(`It needs the file of an event; there are:\n  ${listExampleEvents()}`);
    const event = await readEventFile(file);
    const door = parseEntryPoint(file);
    const how = debug ? { debug: (cloud: Cloud) => debugFunctions(cloud, { wait: true }) } : {};
    printResult(door, await playEvent(door, event, how));
    return 0;
  },
});
