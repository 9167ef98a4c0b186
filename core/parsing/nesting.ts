/** Levels of JSON that are read. ECS's deepest input, a task definition, has seven; a reader that calls itself gives up after some thousand. */
const maxNesting = 64;

/** Whether a JSON text nests deeper than is read: told from its brackets, before anything parses it. */
export function isNestedTooDeeply(text: string): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    if (depth > maxNesting) return true;
  }
  return false;
}

/** What is wrong with a text that is too deep, behind the file's name. */
export const tooDeepMessage = `nests deeper than ${maxNesting} levels; such a file is not read.`;
