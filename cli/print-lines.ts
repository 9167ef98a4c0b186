import type { CliContext } from './context.ts';
import { wrapText } from './wrap-text.ts';

/** How far the rest of a wrapped line is indented below its beginning. */
const indent = 2;

/** Joins lines of text for people. On a terminal, wraps them between words. */
export function joinLines(lines: string[], { terminal }: Pick<CliContext, 'terminal'>): string {
  const columns = terminal?.size().columns;
  const shown = columns === undefined ? lines : lines.map((line) => wrapText(line, columns, indent));
  return shown.map((line) => `${line}\n`).join('');
}
