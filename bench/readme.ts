import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatColdSentence, formatCostSentence, formatScaleSentence, type ResultFile } from './sentences.ts';

const root = join(import.meta.dirname, '..');
const results = 'bench/results';
const readme = join(root, 'README.md');

const markers = { begin: '<!-- headline: npm run bench -- readme -->', end: '<!-- /headline -->' };

/** When a result says that it was made: `- 2026-11-23T18:22:04.913Z, Node …`. */
const runDate = ({ text }: ResultFile): string => /^- (\d{4}-\d\d-\d\dT[\d:.]+Z)/m.exec(text)?.[1] ?? '';

/** The newest run of this kind. Throws where there is none. */
function readNewestRun(kind: string): ResultFile {
  const [run] = readdirSync(join(root, results))
    .filter((name) => name.endsWith(`-${kind}.md`))
    .map((name) => ({ path: `${results}/${name}`, text: readFileSync(join(root, results, name), 'utf8') }))
    .toSorted((a, b) => (runDate(a) < runDate(b) ? 1 : -1));
  if (run === undefined) throw new Error(`${results} has no run of the kind ${kind}: npm run bench.`);
  return run;
}

/** The first table of a run, who was right how often, and where the rest is. Throws where there is none. */
export function extractHeadline({ path, text }: ResultFile): string {
  const [table] = /(?<=^## Verdicts\n\n)(\|.*\n)+/m.exec(text) ?? [];
  if (table === undefined) throw new Error(`${path} has no table under "## Verdicts".`);
  return `${table}\nOf [the run of ${runDate({ path, text }).slice(0, 10)}](${path}), which has the rest.`;
}

/** What README has to show: what the newest run of each kind says. */
export function summarizeResults(): string {
  // A quick run ends before most waiters do.
  const run = readNewestRun('full');
  const sentences = [
    formatCostSentence(run),
    formatScaleSentence(readNewestRun('scale')),
    formatColdSentence(readNewestRun('cold')),
  ];
  return [extractHeadline(run), ...sentences].join('\n\n');
}

const markedSection = new RegExp(`(?<=${markers.begin}\n)[^]*(?=${markers.end})`);

/** What README shows between its markers. */
export const extractSummary = (page: string): string | undefined => markedSection.exec(page)?.[0].trim();

/** Writes what the newest runs say between README's markers. */
export function updateReadme(): void {
  const page = readFileSync(readme, 'utf8');
  if (extractSummary(page) === undefined) throw new Error(`README.md lacks ${markers.begin} or ${markers.end}.`);
  writeFileSync(
    readme,
    page.replace(markedSection, () => `\n${summarizeResults()}\n\n`),
  );
}
