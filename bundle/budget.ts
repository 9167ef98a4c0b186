import type { Bundle } from './functions.ts';

const budgetFile = 'bundle/budget.json';
const kilobytes = (bytes: number): string => (bytes / 1024).toFixed(1);

/** The modules that read the configuration. */
const configurationSources = ['bundle/deployed-config.ts', 'bundle/configuration-file.ts'];

/** The size that the budget limits. It excludes the configuration, which is in a separate file, and the code that reads this file. */
const countedBytes = ({ bytes, sources }: Bundle): number =>
  configurationSources.reduce((rest, source) => rest - (sources[source] ?? 0), bytes);

function checkBudget(bundle: Bundle, budget: number | undefined): string[] {
  const bytes = countedBytes(bundle);
  if (budget === undefined)
    return [
      `${bundle.name} has no budget. It has ${kilobytes(bytes)} KB: add "${bundle.name}": ${Math.ceil(bytes / 1024) + 5} to ${budgetFile}.`,
    ];
  if (bytes <= budget * 1024) return [];
  const [largest = 'nothing'] = Object.entries(bundle.sources)
    .toSorted(([, a], [, b]) => b - a)
    .map(([path]) => path);
  return [
    `${bundle.name} has ${kilobytes(bytes)} KB, ${kilobytes(bytes - budget * 1024)} KB more than its budget of ${budget} KB. See what was added ` +
      `(its largest source is ${largest}), import less, or raise the number in ${budgetFile} and say why in the commit.`,
  ];
}

/** Takes budgets in KB by function name. Returns one message for each bundle that exceeds its budget or has none, and for each budget without a function. */
export function checkBudgets(bundles: Bundle[], budgets: Record<string, number>): string[] {
  const unused = Object.keys(budgets).filter((name) => bundles.every((bundle) => bundle.name !== name));
  return [
    ...bundles.flatMap((bundle) => checkBudget(bundle, budgets[bundle.name])),
    ...unused.map((name) => `${name} has a budget but there is no such function: remove it from ${budgetFile}.`),
  ];
}

/** A table of bundles, one line each: name, size, gzipped size. */
export function formatSizes(bundles: Bundle[]): string {
  const width = Math.max(...bundles.map(({ name }) => name.length));
  const column = (bytes: number) => `${kilobytes(bytes)} KB`.padStart(10);
  return bundles
    .map(({ name, bytes, zipped }) => `${name.padEnd(width)}  ${column(bytes)}  ${column(zipped)} gzip`)
    .join('\n');
}
