import { measureWidth, padToWidth } from './wrap-text.ts';

const gap = '  ';

/**
 * Returns the width of each column. If the table does not fit into the terminal, narrows the widest columns, but not the last one. Leaves room for the heads,
 * which are the first row.
 */
export function fitColumns(rows: string[][], columns: number): number[] {
  const [heads = []] = rows;
  const widths = heads.map((_, at) => Math.max(...rows.map((row) => measureWidth(row[at] ?? ''))));
  const least = heads.map((head, at) => (at === heads.length - 1 ? (widths[at] ?? 0) : measureWidth(head)));
  while (sumWidths(widths) > columns) {
    const spare = widths.map((width, at) => (width > (least[at] ?? 0) ? width : 0));
    const at = spare.indexOf(Math.max(...spare));
    if (spare[at] === 0) break;
    widths[at] = (widths[at] ?? 0) - 1;
  }
  return widths;
}

const sumWidths = (widths: number[]): number =>
  widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1));

/** Whether every row fits into this number of columns in one line. */
export const fitsIntoColumns = (rows: string[][], columns: number): boolean =>
  sumWidths(fitColumns(rows, Number.POSITIVE_INFINITY)) <= columns;

/**
 * Formats a row in columns of these widths. A cell that is wider than its column stays whole. The cells after it begin on the next line, in their own columns.
 * `style` is applied to each cell after its width was measured.
 */
export function formatRow(
  cells: string[],
  widths: number[],
  style = (cell: string, _column: number): string => cell,
): string {
  const lines = [''];
  let offset = 0;
  for (const [at, cell] of cells.entries()) {
    const width = widths[at] ?? 0;
    const isLast = at === cells.length - 1;
    lines.push(`${lines.pop()}${style(isLast ? cell : padToWidth(cell, width), at)}`);
    offset += width + gap.length;
    if (isLast) break;
    if (measureWidth(cell) <= width) lines.push(`${lines.pop()}${gap}`);
    else lines.push(' '.repeat(offset));
  }
  return lines.map((line) => line.trimEnd()).join('\n');
}
