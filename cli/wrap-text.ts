import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** The number of terminal columns that a text takes: escape sequences take none, wide characters and emoji two, combining characters none. */
export const measureWidth = (text: string): number => stringWidth(text);

/** Adds spaces at the end of a text, up to this number of terminal columns. */
export const padToWidth = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - measureWidth(text)));

/** Cuts a text to this number of terminal columns. Styles that begin in the text also end in it. */
export const cutToWidth = (text: string, columns: number): string =>
  measureWidth(text) <= columns
    ? text
    : (wrapAnsi(text, Math.max(1, columns), { hard: true, trim: false }).split('\n')[0] ?? '');

/** Below this number of columns, an indentation takes too much of the line. */
const narrowColumns = 40;

/** Returns how far the second line of a paragraph is indented, if `wanted` is the usual indentation. */
export const chooseIndent = (wanted: number, columns: number): number =>
  columns < narrowColumns ? Math.min(wanted, 2) : wanted;

/** An image with a digest is longer than most lines; it can be broken before the digest. */
const digestPattern = /(\S)(@sha256:[0-9a-f]{64})/g;

const breakLongImages = (line: string, columns: number): string =>
  line.replace(digestPattern, (whole, before: string, digest: string, at: number) => {
    const begin = line.lastIndexOf(' ', at) + 1;
    return measureWidth(line.slice(begin, at + whole.length)) > columns ? `${before} ${digest}` : whole;
  });

function wrapLine(line: string, columns: number, indent: number): string[] {
  const own = /^ */.exec(line)?.[0].length ?? 0;
  const width = Math.max(1, columns - indent - own);
  const [first = '', ...more] = wrapAnsi(breakLongImages(line.slice(own), width), width).split('\n');
  return [`${' '.repeat(own)}${first}`, ...more.map((rest) => `${' '.repeat(own)}${rest}`)];
}

/**
 * Breaks the lines of a text between words, so that each fits into `columns`, and indents every line but the first by `indent`. The caller prints as
 * many columns before the first line. A word that is longer than a line stays whole, so that it can be copied.
 */
export const wrapText = (text: string, columns: number, indent = 0): string =>
  text
    .split('\n')
    .flatMap((line) => wrapLine(line, columns, indent))
    .join(`\n${' '.repeat(indent)}`);
