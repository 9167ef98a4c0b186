import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { Failure } from '../errors/failure.ts';
import { isNestedTooDeeply, tooDeepMessage } from './nesting.ts';

const isUtf16 = (bytes: Uint8Array): boolean =>
  [0xfffe, 0xfeff].includes(((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) || bytes.subarray(0, 4).includes(0);

/** Decodes a text file; drops a byte order mark. Throws a ConfigurationError if the file is not UTF-8. */
export function decodeUtf8(bytes: Uint8Array, file: string): string {
  const fix = 'Write it as UTF-8.';
  if (isUtf16(bytes))
    throw new Failure(
      'ConfigurationError',
      `${file} is encoded as UTF-16 (Windows PowerShell's ">" does that). ${fix}`,
    );
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Failure('ConfigurationError', `${file} is not UTF-8 text. ${fix}`);
  }
}

/** Parses the JSON text of a file. Throws a ConfigurationError with the position of the first error. The message contains nothing of the content. */
export function parseJsonFile(text: string, file: string): unknown {
  if (text.trim() === '') throw new Failure('ConfigurationError', `${file} is empty.`);
  if (isNestedTooDeeply(text)) throw new Failure('ConfigurationError', `${file} ${tooDeepMessage}`);
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure('ConfigurationError', `${file} is not JSON: ${locateJsonError(text)}.`);
  }
}

/** Finds the position of the first error, because JSON.parse reports the position of some errors only, and its messages quote the text. */
const locateJsonError = (text: string): string => {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true });
  const [first] = errors;
  if (first === undefined) return 'it breaks the grammar';
  const before = text.slice(0, first.offset).split('\n');
  const what = printParseErrorCode(first.error).replace(/\B([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${what} at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
};
