import { styleText } from 'node:util';
import { parseRevisionName } from '../core/parsing/arn.ts';
import type { DemoRelease } from './release.ts';

function printRelease({ commit, pipeline, service }: DemoRelease, say: (text: string) => void): void {
  const title = styleText('bold', `Commit ${commit.slice(0, 12)}`);
  say(`\n${title}: pipeline ${pipeline.status}; ${service.name} runs ${parseRevisionName(service.after)}`);
  for (const { summary } of pipeline.actions.filter(({ stage }) => stage.startsWith('Deploy')))
    say(summary.replace(/^/gm, '    '));
}

/** What an answered "no" has prevented. */
function printRejection({ rejected, unchanged }: DemoRelease, say: (text: string) => void): void {
  if (rejected === undefined) return;
  const still = unchanged.map(({ name, revision }) => `${name} still runs ${parseRevisionName(revision)}`).join(', ');
  say(`
You rejected the approval in ${rejected}, and the demo ends here.
Nothing was promoted: ${still}.
The second commit, whose container crashes, was not released.
To see that too: npm run demo -- --yes`);
}

/** Prints how each release ended, what an answered "no" has prevented, and what is not as expected. */
export function printSummary(releases: DemoRelease[], problems: string[], say: (text: string) => void): void {
  for (const release of releases) printRelease(release, say);
  for (const release of releases) printRejection(release, say);
  for (const problem of problems) console.error(styleText('red', `Wrong: ${problem}.`));
}
