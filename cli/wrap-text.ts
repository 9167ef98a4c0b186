import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { replaceCopiedText } from './copied-text.ts';

/** The number of terminal columns that a text takes: escape sequences take none, wide characters and emoji two, combining characters none. */
export const measureWidth = (text: string): number => stringWidth(text);

/** How many rows of a terminal a line takes. */
export const countRows = (line: string, columns: number): number =>
  Math.max(1, Math.ceil(measureWidth(line) / columns));

/** Adds spaces at the end of a text, up to this number of terminal columns. */
export const padToWidth = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - measureWidth(text)));

/** Cuts a text to this number of terminal columns. Styles that begin in the text also end in the text. */
export const cutToWidth = (text: string, columns: number): string =>
  measureWidth(text) <= columns
    ? text
    : (wrapAnsi(text, Math.max(1, columns), { hard: true, trim: false }).split('\n')[0] ?? '');

/** Below this number of columns, an indentation takes too much of the line. */
const narrowColumns = 40;

/** Returns how far the second line of a paragraph is indented, if `wanted` is the usual indentation. */
export const chooseIndent = (wanted: number, columns: number): number =>
  columns < narrowColumns ? Math.min(wanted, 2) : wanted;

/** An image with a digest is longer than most lines, so a line may end before the digest. */
const digestPattern = /(\S)(@sha256:[0-9a-f]{64})/g;

const breakLongImages = (line: string, columns: number): string =>
  line.replace(digestPattern, (whole, before: string, digest: string, at: number) => {
    const begin = line.lastIndexOf(' ', at) + 1;
    return measureWidth(line.slice(begin, at + whole.length)) > columns ? `${before} ${digest}` : whole;
  });

/** Stands for a space inside a command, where no line may end: a character for private use, which no text contains. */
const unbreakableSpace = '\ue000';

/** Keeps commands and links whole. A command or link that fills a line loses the punctuation after it, because a reader would copy the punctuation too. */
const keepCopiedTextWhole = (line: string, columns: number): string =>
  replaceCopiedText(line, (copied, punctuation) => {
    const whole = copied.replaceAll(' ', unbreakableSpace);
    return measureWidth(copied) < columns ? `${whole}${punctuation}` : whole;
  });

function wrapLine(line: string, columns: number, indent: number): string[] {
  const own = /^ */.exec(line)?.[0].length ?? 0;
  const width = Math.max(1, columns - indent - own);
  if (measureWidth(line) <= own + width) return [line];
  const text = keepCopiedTextWhole(breakLongImages(line.slice(own), width), width);
  const lines = wrapAnsi(text, width).replaceAll(unbreakableSpace, ' ').split('\n');
  return lines.map((one) => `${' '.repeat(own)}${one}`);
}

/**
 * Breaks the lines of a text between words, so that each fits into `columns`, and indents every line except the first by `indent`. The caller prints that many
 * columns before the first line. A command, a link, or a word that is longer than a line stays whole, so that it can be copied.
 */
export const wrapText = (text: string, columns: number, indent = 0): string =>
  text
    .split('\n')
    .flatMap((line) => wrapLine(line, columns, indent))
    .join(`\n${' '.repeat(indent)}`);
