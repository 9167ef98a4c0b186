import { styleText } from 'node:util';
import { wrapText } from '../cli/wrap-text.ts';
import { parseRevisionName } from '../core/parsing/arn.ts';
import type { DemoRelease } from './release.ts';
import type { DemoStrategy } from './strategy-names.ts';

/** Where the summary is printed, and how wide it is. `options`: those of the command line that the user gave. */
interface Output {
  say(text: string): void;
  columns: number;
  options: DemoCommandOptions;
}

/** The options that decide what the demo shows. */
interface DemoCommandOptions {
  board?: boolean | undefined;
  strategy?: DemoStrategy | undefined;
}

/** Returns the command that plays the same demo and approves everything. */
export const formatDemoCommand = ({ board, strategy }: DemoCommandOptions): string =>
  ['npm run demo -- --yes', ...(board ? ['--board'] : []), ...(strategy ? ['--strategy', strategy] : [])].join(' ');

function printRelease({ commit, pipeline, service }: DemoRelease, { say, columns }: Output): void {
  const title = styleText('bold', `Commit ${commit.slice(0, 12)}`);
  say(`\n${title}: pipeline ${pipeline.status}; ${service.name} runs ${parseRevisionName(service.after)}`);
  for (const { summary } of pipeline.actions.filter(({ stage }) => stage.startsWith('Deploy')))
    say(wrapText(summary.replace(/^/gm, '    '), columns));
}

/** The effects that an answered "no" has prevented. */
function printRejection({ rejected, unchanged }: DemoRelease, { say, columns, options }: Output): void {
  if (rejected === undefined) return;
  const still = unchanged.map(({ name, revision }) => `${name} still runs ${parseRevisionName(revision)}`).join(', ');
  const text = `
You rejected the approval in ${rejected}, and the demo ends here.
Nothing was promoted: ${still}.
The second commit, whose container crashes, was not released.
To see that too: ${formatDemoCommand(options)}`;
  say(wrapText(text, columns));
}

/** Prints how each release ended, the effects that an answered "no" has prevented, and the differences from the expected end state. */
export function printSummary(releases: DemoRelease[], problems: string[], output: Output): void {
  for (const release of releases) printRelease(release, output);
  for (const release of releases) printRejection(release, output);
  for (const problem of problems) console.error(styleText('red', `Wrong: ${problem}.`));
}
