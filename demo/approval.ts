import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';

/** The way in which the demo answers an approval. */
interface ApprovalOptions {
  /** Approves without asking. */
  yes: boolean;
  say(text: string): void;
}

/** Ctrl-C at the question ends the demo, as everywhere else. The end of the input, such as Ctrl-D, counts as a "no". */
async function askOnTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('n')));
  const answer = await Promise.race([terminal.question(`\n${question} [Y/n] `), closed]);
  terminal.close();
  return answer;
}

/** Returns a function that asks a question on the terminal and returns whether the answer is yes. Without a terminal, the function returns yes. */
export const createApprover =
  ({ yes, say }: ApprovalOptions) =>
  async (question: string): Promise<boolean> => {
    if (!yes && process.stdin.isTTY) return !/^\s*n/i.test(await askOnTerminal(question));
    say(styleText('bold', `\n${question} Yes.\n`));
    return true;
  };
