/** A run that was written: its path from the project's root, and its text. */
export interface ResultFile {
  path: string;
  text: string;
}

/** The cells of a line of a Markdown table; a bar within a cell is escaped (`bench/table.ts`). */
const splitCells = (line: string): string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

/** The first table of a text that has this column: what a line has under a column, or so many columns after it. Throws where there is none. */
function findTable({ path, text }: ResultFile, column: string) {
  const tables = [...text.matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => table.trim().split('\n').map(splitCells));
  const [head, , ...lines] = tables.find(([first]) => first?.includes(column)) ?? [];
  if (head === undefined) throw new Error(`${path} has no table with a column "${column}".`);
  const cell = (line: string[], name: string, after = 0): string => line[head.indexOf(name) + after] ?? '';
  return { lines, cell };
}

const joinWithAnd = (parts: string[]): string => parts.join(', ').replace(/, ([^,]*)$/, ' and $1');

/** What a release of Gantry takes, of a run of all scenarios or of the quick ones, which have none that waits long. */
export function formatCostSentence(run: ResultFile): string {
  const { lines, cell } = findTable(run, 'calls/min while waiting');
  const of = (scenario: string, column: string, unit: string): string => {
    const own = lines.filter((line) => cell(line, 'scenario').startsWith(scenario));
    const way = (line: string[]): string => cell(line, 'deployer').replace('Gantry, ', '');
    return joinWithAnd(own.map((line) => `${cell(line, column)} ${unit} ${way(line)}`));
  };
  const healthy = `A healthy release calls AWS ${of('healthy', 'AWS calls', 'times')}.`;
  const waiting = of('slow but healthy', 'calls/min while waiting', 'times a minute');
  return waiting === '' ? healthy : `${healthy} While one waits it does so ${waiting}.`;
}

/** How the most releases at once came out. */
export function formatScaleSentence(run: ResultFile): string {
  const { lines, cell } = findTable(run, 's late: median');
  const most = cell(lines.at(-1) ?? [], 'at once');
  const ways = lines
    .filter((line) => cell(line, 'at once') === most)
    .map((line) => {
      const [middle, longest] = [cell(line, 's late: median'), cell(line, 's late: median', 2)];
      const right = cell(line, 'right') === most ? 'all' : cell(line, 'right');
      return `${cell(line, 'Gantry')} is right in ${right}, ${middle} s late at the median and ${longest} s at the most`;
    });
  return `Of ${most} releases at once, under ECS's throttles, ${ways.join('; ')} ([all sizes](${run.path})).`;
}

/** How large the functions' bundles are. */
export function formatColdSentence(run: ResultFile): string {
  const { lines, cell } = findTable(run, 'plain KB');
  const named = (line: string[]): string => cell(line, 'function');
  const middle = lines.find((line) => named(line) === 'median') ?? [];
  // What the functions are compared with has no plain bundle.
  const functions = lines.filter((line) => named(line) !== 'median' && cell(line, 'plain KB') !== '');
  const most = (column: string): number => Math.max(...functions.map((line) => Number(cell(line, column))));
  return `A function's bundle has ${cell(middle, 'KB')} KB at the median and ${most('KB')} at most, against ${cell(middle, 'plain KB')} and ${most('plain KB')} bundled plainly ([how fast each starts](${run.path})).`;
}
