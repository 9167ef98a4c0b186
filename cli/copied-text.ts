/* The parts of a text that a reader copies: links and commands. They are never broken, so that the reader can copy them. */

const link = String.raw`https?://[^\s<>"]+`;

/** How each package manager starts Gantry or a script, and the command lines of AWS and SST. */
const program = String.raw`(?:(?:npx|pnpm|yarn|bunx) )?gantry|(?:npm|pnpm|yarn|bun) run [\w:-]+(?: --)?|aws [\w-]+|(?:npx )?sst`;

/** An option with its value, or an argument that cannot be a word of the sentence: a target, an ARN, the name of an execution. */
const argument = String.raw`--?[\w-]+(?:[ =](?:'[^']*'|"[^"]*"|[^\s'"-]\S*))?|[^\s/:_-][^\s/:_]*[/:_]\S*`;

const command = String.raw`(?<![\w/.-])(?:${program})(?: [a-z][\w-]*)?(?: (?:${argument}))+`;

/** A link or a command without the punctuation of the sentence, followed by that punctuation. */
const copiedPattern = new RegExp(String.raw`((?:${command}|${link})(?<![.,;:)]))([.,;:)]*(?=\s|$))`, 'g');

/** Whether a line contains a link or a command. */
export const containsCopiedText = (line: string): boolean => line.search(copiedPattern) >= 0;

/** Rewrites each link and each command in a text. `change` gets the link or command without the punctuation that follows, and that punctuation. */
export const replaceCopiedText = (text: string, change: (copied: string, punctuation: string) => string): string =>
  text.replace(copiedPattern, (_, copied: string, punctuation: string) => change(copied, punctuation));
