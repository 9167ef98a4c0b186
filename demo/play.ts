import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { styleText } from 'node:util';
import { command, Misuse } from '../cli/command.ts';
import { debugFunctions } from '../local/run/debug.ts';
import { doors, type Played, play } from './player.ts';

const usage = `npm run play -- [--debug] events/<function or machine>.<case>.json

Plays one event at the door that its file is named after, in a fresh embedded AWS whose services have seen two good releases, and prints what happened.
  --debug  waits for a debugger (port 9229) before the event, whose functions then run from functions/*.ts, without time-outs
`;

const examples = (): string =>
  globSync('events/*.json', { cwd: join(import.meta.dirname, '..') })
    .sort()
    .join('\n  ');

/** Reads an event's file. Throws a Misuse that says what is wrong with it. */
async function read(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Misuse(`There is no file ${path} that can be read; there are:\n  ${examples()}`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Misuse(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function doorOf(file: string): string {
  const [door = ''] = basename(file).split('.');
  if (doors.includes(door)) return door;
  throw new Misuse(`${file} is named after "${door}"; no function or machine is. There are: ${doors.join(', ')}.`);
}

function print(door: string, { answer, executions, services }: Played): void {
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

process.exitCode = await command({
  usage,
  options: { debug: { type: 'boolean', default: false } },
  words: 1,
  async run({ debug = false }, [file]) {
    if (file === undefined) throw new Misuse(`It needs the file of an event; there are:\n  ${examples()}`);
    const event = await read(file);
    const door = doorOf(file);
    print(door, await play(door, event, debug ? { debug: (cloud) => debugFunctions(cloud, { wait: true }) } : {}));
    return 0;
  },
});
