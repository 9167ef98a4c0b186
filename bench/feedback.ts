import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './median.ts';

const root = join(import.meta.dirname, '..');

/** The number of runs of each command. Each round runs every command once, so that a busy moment of the machine affects all of them. */
const rounds = 5;

/** The goal: one file of test/core/ takes at most this many times as long as an empty test. */
const largestRatio = 2.5;

/** Runs npm and returns the ms from the command to the prompt. Throws if the command fails. */
function timeCommand(args: string[]): number {
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return performance.now() - startedAt;
}

/** Creates a folder with one test that does nothing. The caller removes the folder. */
function createEmptyTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-empty-test-'));
  writeFileSync(
    join(folder, 'empty.test.mjs'),
    `import { it } from '${import.meta.resolve('vitest')}';\nit('is empty', () => {});\n`,
  );
  return folder;
}

/** A sample of a sorted list: its shortest, its middle and its longest file. */
const sample = <Item>(items: Item[]): Item[] =>
  [0, 0.5, 1].flatMap((at) => items.at(Math.round(at * (items.length - 1))) ?? []);

/** Formats a line of the table: the test file, its median time, and the ratio to the empty test. */
const formatFeedbackLine = (name: string, ms: number, emptyMs: number): string =>
  `${name.padEnd(52)} ${(ms / 1000).toFixed(2)} s  ${(ms / emptyMs).toFixed(2)} x`;

/** Measures and prints how long one file of test/core/ takes, from the command to the prompt, compared with an empty test. */
export function measureFeedback(): void {
  const folder = createEmptyTest();
  try {
    const files = sample(globSync('test/core/**/*.test.ts', { cwd: root }).sort());
    const empty = ['test', '--', '--root', folder];
    const commands = [empty, ...files.map((file) => ['test', '--', file])];
    const times = Array.from({ length: rounds }, () => commands.map(timeCommand));
    const [emptyMs = 0, ...filesMs] = commands.map((_, index) => median(times.flatMap((round) => round[index] ?? [])));
    console.log(formatFeedbackLine('an empty test', emptyMs, emptyMs));
    for (const [index, ms] of filesMs.entries()) console.log(formatFeedbackLine(files[index] ?? '', ms, emptyMs));
    console.log(`The median of ${rounds} runs each; the goal is at most ${largestRatio} x.`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
