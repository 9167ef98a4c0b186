/** Most levels of JSON that Gantry reads. ECS's deepest input, a task definition, has seven; a recursive parser overflows its stack after some thousand. */
const maxNesting = 64;

/** Whether a JSON text nests too deeply to be read. Counts the brackets before anything parses the text. */
export function isNestedTooDeeply(text: string): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    if (depth > maxNesting) return true;
  }
  return false;
}

/** The message for a text that nests too deeply; follows the file's name. */
export const tooDeepMessage = `nests deeper than ${maxNesting} levels; such a file is not read.`;
