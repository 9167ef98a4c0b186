/** The result file of a run: its path from the project's root, and its text. */
export interface ResultFile {
  path: string;
  text: string;
}

/** The cells of a line of a Markdown table. A bar inside a cell is escaped (`bench/table.ts`). */
const splitCells = (line: string): string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

/**
 * Returns the first table with this column. `cell` returns the text in a column of a line, or the text `after` columns to its right. Throws if there is no such
 * table.
 */
function findTable({ path, text }: ResultFile, column: string) {
  const tables = [...text.matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => table.trim().split('\n').map(splitCells));
  const [head, , ...lines] = tables.find(([first]) => first?.includes(column)) ?? [];
  if (head === undefined) throw new Error(`${path} has no table with a column "${column}".`);
  const cell = (line: string[], name: string, after = 0): string => line[head.indexOf(name) + after] ?? '';
  return { lines, cell };
}

/** README's names for the ways in which the benchmark runs Gantry. */
const ways: Record<string, string> = {
  woken: 'when woken by events',
  polling: 'when polling',
  'by the pipeline': 'through the pipeline',
};

const wayIn = (title: string): string => {
  const name = title.replace('Gantry, ', '');
  return ways[name] ?? name;
};

const joinWithAnd = (parts: string[]): string => parts.join(', ').replace(/, ([^,]*)$/, ' and $1');

/** The number of AWS calls of a release with Gantry. Leaves out the calls while waiting for a quick run, which has no such scenario. */
export function formatCostSentence(run: ResultFile): string {
  const { lines, cell } = findTable(run, 'calls/min while waiting');
  const counts = (scenario: string, column: string): string => {
    const own = lines.filter((line) => cell(line, 'scenario').startsWith(scenario));
    return joinWithAnd(own.map((line) => `${cell(line, column)} ${wayIn(cell(line, 'deployer'))}`));
  };
  const healthy = `Number of AWS calls for a healthy release: ${counts('healthy', 'AWS calls')}.`;
  const waiting = counts('slow but healthy', 'calls/min while waiting');
  return waiting === '' ? healthy : `${healthy} Calls a minute while a release waits: ${waiting}.`;
}

/** How accurate and how late the verdicts were in the run with the most releases at once. */
export function formatScaleSentence(run: ResultFile): string {
  const { lines, cell } = findTable(run, 's late: median');
  const most = cell(lines.at(-1) ?? [], 'at once');
  const results = lines
    .filter((line) => cell(line, 'at once') === most)
    .map((line) => {
      const [middle, longest] = [cell(line, 's late: median'), cell(line, 's late: median', 2)];
      const right = cell(line, 'right') === most ? 'all' : cell(line, 'right');
      return `${wayIn(cell(line, 'Gantry'))}, ${right} verdicts were right, ${middle} s late at the median and ${longest} s at most`;
    });
  return `With ${most} releases at once under ECS's throttles: ${results.join('; ')} ([all sizes](${run.path})).`;
}

/** How large the functions' bundles are. */
export function formatColdSentence(run: ResultFile): string {
  const { lines, cell } = findTable(run, 'plain KB');
  const named = (line: string[]): string => cell(line, 'function');
  const middle = lines.find((line) => named(line) === 'median') ?? [];
  // The two handlers for comparison have no plain bundle.
  const functions = lines.filter((line) => named(line) !== 'median' && cell(line, 'plain KB') !== '');
  const most = (column: string): number => Math.max(...functions.map((line) => Number(cell(line, column))));
  const sizes = (column: string): string => `${cell(middle, column)} KB at the median and ${most(column)} KB at most`;
  return `The bundles of the functions have ${sizes('KB')}. The build minifies the code and replaces some modules of packages. With minification alone, the bundles would have ${sizes('plain KB')} ([start times](${run.path})).`;
}
