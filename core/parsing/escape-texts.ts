import { escapeUnprintable } from './display-text.ts';

/** Like `escapeUnprintable`, but keeps the line breaks of a text of several lines. A tab becomes two spaces. */
export const escapeLines = (text: string): string =>
  text
    .split(/\r?\n/)
    .map((line) => escapeUnprintable(line.replaceAll('\t', '  ')))
    .join('\n');

function escapeInPlace(data: object, escapeText: (text: string) => string): void {
  for (const [field, value] of Object.entries(data))
    if (typeof value === 'string') Reflect.set(data, field, escapeText(value));
    else if (typeof value === 'object' && value !== null) escapeInPlace(value, escapeText);
}

/** Returns a copy of plain data in which every text, at any depth, is escaped for a person's screen. */
export function escapeTexts<Data extends object>(data: Data, escapeText: (text: string) => string = escapeLines): Data {
  const copy = structuredClone(data);
  escapeInPlace(copy, escapeText);
  return copy;
}
