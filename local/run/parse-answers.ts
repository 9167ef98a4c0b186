import { UsageError } from '../../cli/command.ts';
import { checkSelectedAnswer, parseSelectedAnswer, type SelectedAnswer } from '../assumptions/answers.ts';

/** Parses an answer given on the command line as `id=answer`. Throws a UsageError that lists the existing ones. */
export function parseAnswerOption(option: string, given: string): SelectedAnswer {
  const selected = parseSelectedAnswer(given);
  const problem = checkSelectedAnswer(selected);
  if (problem !== undefined) throw new UsageError(`--${option} ${given}: ${problem}`);
  return selected;
}

/** Parses answers to several assumptions. Throws a UsageError, also if an assumption has two answers. */
export function parseAnswerOptions(option: string, given: string[]): SelectedAnswer[] {
  const selected = given.map((each) => parseAnswerOption(option, each));
  for (const { id } of selected) {
    const answers = selected.filter((other) => other.id === id).map(({ answer }) => `"${answer}"`);
    if (answers.length > 1)
      throw new UsageError(
        `--${option} gives ${id} the answers ${answers.join(', ')}; give each assumption one answer.`,
      );
  }
  return selected;
}
