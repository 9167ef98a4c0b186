import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatColdSentence, formatCostSentence, formatScaleSentence, type ResultFile } from './sentences.ts';

const root = join(import.meta.dirname, '..');
const results = 'bench/results';
const readme = join(root, 'README.md');

const markers = { begin: '<!-- headline: npm run bench -- readme -->', end: '<!-- /headline -->' };

/** Matches the time of a run in the run's text: `- 2026-11-23T18:22:04.913Z, Node …`. */
const runDate = ({ text }: ResultFile): string => /^- (\d{4}-\d\d-\d\dT[\d:.]+Z)/m.exec(text)?.[1] ?? '';

/** The newest run of this kind. Throws if there is none. */
function readNewestRun(kind: string): ResultFile {
  const [run] = readdirSync(join(root, results))
    .filter((name) => name.endsWith(`-${kind}.md`))
    .map((name) => ({ path: `${results}/${name}`, text: readFileSync(join(root, results, name), 'utf8') }))
    .toSorted((a, b) => (runDate(a) < runDate(b) ? 1 : -1));
  if (run === undefined) throw new Error(`${results} has no run of the kind ${kind}: npm run bench.`);
  return run;
}

/** The first table of a run, with the scores of the deployers, and a link to the run. Throws if there is no such table. */
export function extractHeadline({ path, text }: ResultFile): string {
  const [table] = /(?<=^## Verdicts\n\n)(\|.*\n)+/m.exec(text) ?? [];
  if (table === undefined) throw new Error(`${path} has no table under "## Verdicts".`);
  return `${table}\nThe figures are from [the run of ${runDate({ path, text }).slice(0, 10)}](${path}), which also lists every scenario.`;
}

/** The text that README must show, from the newest run of each kind. */
export function summarizeResults(): string {
  // Quick runs are excluded, because most waiters are still running when a quick run ends.
  const run = readNewestRun('full');
  const sentences = [
    formatCostSentence(run),
    formatScaleSentence(readNewestRun('scale')),
    formatColdSentence(readNewestRun('cold')),
  ];
  return [extractHeadline(run), ...sentences].join('\n\n');
}

const markedSection = new RegExp(`(?<=${markers.begin}\n)[^]*(?=${markers.end})`);

/** The text that README shows between its markers. */
export const extractSummary = (page: string): string | undefined => markedSection.exec(page)?.[0].trim();

/** Writes the text of the newest runs between README's markers. */
export function updateReadme(): void {
  const page = readFileSync(readme, 'utf8');
  if (extractSummary(page) === undefined) throw new Error(`README.md lacks ${markers.begin} or ${markers.end}.`);
  writeFileSync(
    readme,
    page.replace(markedSection, () => `\n${summarizeResults()}\n\n`),
  );
}
