import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type Stop, stopsAt } from './debugger.ts';

const root = new URL('../../', import.meta.url);

/** Returns the position of the source line that begins with these words. */
function lineOf(path: string, words: string): Stop {
  const url = new URL(path, root);
  const lines = readFileSync(url, 'utf8').split('\n');
  const line = lines.findIndex((each) => each.trim().startsWith(words)) + 1;
  if (line === 0) throw new Error(`${path} has no line that begins with "${words}": choose another for the breakpoint`);
  return { file: url.href, line };
}

it('breakpoints in the sources stop the function that receives the event at exactly these lines', async ({
  signal,
}) => {
  const breakpoints = [
    lineOf('core/request/take-job-event.ts', 'if (pollTriggerSchema.safeParse'),
    lineOf('functions/take-job.ts', 'const taker: TakeJobContext ='),
    lineOf('aws/sfn.ts', 'await sfn.send(new StartExecutionCommand'),
  ];
  const argv = ['demo/play.ts', '--debug', 'events/take-job.started.json'];
  const stops = await stopsAt(argv, breakpoints, { cwd: fileURLToPath(root), signal });
  expect(stops).toEqual(breakpoints);
}, 180_000);
