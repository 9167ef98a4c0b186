import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './median.ts';

const root = join(import.meta.dirname, '..');

/** Of each, in turn, so that a busy moment of the machine meets all of them. */
const rounds = 5;

/** So many times as long as the runner on an empty test, one file of test/core/ may take. */
const largestRatio = 2.5;

/** Runs npm as a person does and answers the ms from the command to the prompt. Throws where it fails. */
function timeCommand(args: string[]): number {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return performance.now() - began;
}

/** A folder with one test that does nothing. The caller removes it. */
function createEmptyTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-empty-test-'));
  writeFileSync(
    join(folder, 'empty.test.mjs'),
    `import { it } from '${import.meta.resolve('vitest')}';\nit('is empty', () => {});\n`,
  );
  return folder;
}

/** The shortest, the middle and the longest file of a sorted list, as a sample. */
const sample = <Item>(items: Item[]): Item[] =>
  [0, 0.5, 1].flatMap((at) => items.at(Math.round(at * (items.length - 1))) ?? []);

/** A line of the table: what ran, its median, and how many times the empty test's that is. */
const formatFeedbackLine = (name: string, ms: number, emptyMs: number): string =>
  `${name.padEnd(52)} ${(ms / 1000).toFixed(2)} s  ${(ms / emptyMs).toFixed(2)} x`;

/** Measures how long one file of test/core/ takes, from the command to the prompt, beside the test runner on an empty test, and prints both. */
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
    console.log(`The median of ${rounds} runs each; at most ${largestRatio} x is the goal.`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
