/* Wraps help. It loads no package, because help must start as fast as Node itself (CONTRIBUTING.md). All help is ASCII except "…", so each character is one column. */

/** A name, such as `--stage NAME`, followed by two or more spaces and its meaning. */
const definitionPattern = /^( *\S.*? {2,})(?=\S)/;

/** A line without a definition is continued this far behind its beginning. */
const continuationIndent = 2;

function findIndent(line: string, columns: number): number {
  const before = definitionPattern.exec(line)?.[1]?.length ?? 0;
  const own = line.search(/\S|$/);
  return before > 0 && before <= columns / 2 ? before : own + continuationIndent;
}

function wrapHelpLine(line: string, columns: number): string {
  if (line.length <= columns) return line;
  const indent = ' '.repeat(findIndent(line, columns));
  const lines: string[] = [];
  let current = '';
  for (const part of line.match(/ *\S+/g) ?? []) {
    if (current.trim() === '' || current.length + part.length <= columns) current += part;
    else {
      lines.push(current);
      current = `${indent}${part.trimStart()}`;
    }
  }
  return [...lines, current].join('\n');
}

/** Breaks the lines of a help text between words, and continues a definition in its own column. `columns`: undefined without a terminal. */
export const wrapHelp = (text: string, columns: number | undefined): string =>
  columns === undefined
    ? text
    : text
        .split('\n')
        .map((line) => wrapHelpLine(line, columns))
        .join('\n');
