import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { styleText } from 'node:util';
import { play } from './player.ts';

const usage = `npm run play -- events/<function or machine>.<case>.json

Plays one event at the door that its file is named after, in a fresh embedded AWS whose services have seen two good releases, and prints what happened.
`;

const [file] = process.argv.slice(2);

/** Reads an event's file, or ends with a sentence. */
async function read(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    console.error(`${path} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  }
}

if (file === undefined || file === '--help') console.log(usage);
else {
  const [door = ''] = basename(file).split('.');
  const { answer, executions, services } = await play(door, await read(file));
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
