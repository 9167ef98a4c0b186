import type { Bundle } from './build.ts';

const file = 'bundle-budget.json';
const shown = (bytes: number): string => (bytes / 1024).toFixed(1);

/** What counts: all but the installation's own configuration, which may be long. */
const counted = ({ bytes, sources }: Bundle): number => bytes - (sources['gantry.config.ts'] ?? 0);

const mistake = (bundle: Bundle, budget: number | undefined): string[] => {
  const bytes = counted(bundle);
  if (budget === undefined)
    return [
      `${bundle.name} has no budget. It has ${shown(bytes)} KB: add "${bundle.name}": ${Math.ceil(bytes / 1024) + 5} to ${file}.`,
    ];
  if (bytes <= budget * 1024) return [];
  const [first = 'nothing'] = Object.entries(bundle.sources)
    .toSorted(([, a], [, b]) => b - a)
    .map(([path]) => path);
  return [
    `${bundle.name} has ${shown(bytes)} KB, ${shown(bytes - budget * 1024)} KB more than its budget of ${budget} KB. See what came in ` +
      `(its largest source is ${first}), leave it out (slim.ts), or raise the number in ${file} and say in the commit why.`,
  ];
};

/** Which bundles are larger than their budget (KB by function), have none, or are gone: a sentence each that says what to do. None: all is well. */
export const overBudget = (bundles: Bundle[], budget: Record<string, number>): string[] => {
  const gone = Object.keys(budget).filter((name) => bundles.every((bundle) => bundle.name !== name));
  return [
    ...bundles.flatMap((bundle) => mistake(bundle, budget[bundle.name])),
    ...gone.map((name) => `${name} has a budget but is no function: remove it from ${file}.`),
  ];
};
