/**
 * The maximum number of JSON levels that Gantry reads. ECS's deepest input, a task definition, has seven; a recursive parser overflows its stack
 * after some thousand.
 */
const maxNesting = 64;

/**
 * Returns the position after a JSON string that begins at `start`. A string contains no line break (RFC 8259), so an unterminated string ends at the line
 * break.
 */
function skipString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '"' || character === '\n' || character === '\r') return at + 1;
  }
  return text.length;
}

/**
 * Whether a JSON text nests deeper than `maxNesting`. This check runs before anything parses the text. It reads each character once, because a regular
 * expression that searched for the end of a string from each quotation mark took 8 s for 100 KB.
 */
export function isNestedTooDeeply(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; ) {
    const character = text[at];
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > maxNesting) return true;
    at = character === '"' ? skipString(text, at) : at + 1;
  }
  return false;
}

/** The message for a text that nests too deeply; follows the file's name. */
export const tooDeepMessage = `nests deeper than ${maxNesting} levels; such a file is not read.`;
