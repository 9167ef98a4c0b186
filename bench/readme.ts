import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const results = 'bench/results';
const readme = join(root, 'README.md');

const markers = { begin: '<!-- headline: npm run bench -- readme -->', end: '<!-- /headline -->' };

/** When a result says that it was made: `- 2026-11-23T18:22:04.913Z, Node …`. */
const madeAt = (text: string): string => /^- (\d{4}-\d\d-\d\dT[\d:.]+Z)/m.exec(text)?.[1] ?? '';

/** The newest run of all scenarios or of the quick ones: its path from the project's root and its text. Throws where there is none. */
export function newestRun(): { path: string; text: string } {
  const runs = readdirSync(join(root, results))
    .filter((name) => /-(quick|full)\.md$/.test(name))
    .map((name) => ({ path: `${results}/${name}`, text: readFileSync(join(root, results, name), 'utf8') }))
    .toSorted((a, b) => (madeAt(a.text) < madeAt(b.text) ? 1 : -1));
  const [newest] = runs;
  if (newest === undefined) throw new Error(`${results} has no run. Make one: npm run bench -- --quick`);
  return newest;
}

/** The first table of a run, who was right how often, and where the rest is. Throws where there is none. */
export function headlineOf({ path, text }: { path: string; text: string }): string {
  const [table] = /(?<=^## Verdicts\n\n)(\|.*\n)+/m.exec(text) ?? [];
  if (table === undefined) throw new Error(`${path} has no table under "## Verdicts".`);
  return `${table}\nOf [the run of ${madeAt(text).slice(0, 10)}](${path}), which has the rest.\n`;
}

const between = new RegExp(`(?<=${markers.begin}\n)[^]*(?=${markers.end})`);

/** What README shows between its markers. */
export const shownIn = (page: string): string | undefined => between.exec(page)?.[0].trim();

/** Writes the newest run's headline between README's markers. */
export function refresh(): void {
  const page = readFileSync(readme, 'utf8');
  if (shownIn(page) === undefined) throw new Error(`README.md lacks ${markers.begin} or ${markers.end}.`);
  writeFileSync(
    readme,
    page.replace(between, () => `\n${headlineOf(newestRun())}\n`),
  );
}
