import { UsageError } from '../../cli/command.ts';
import { checkSelectedAnswer, parseSelectedAnswer, type SelectedAnswer } from '../assumptions/answers.ts';

/** Parses an answer given on the command line as `id=answer`. Throws a UsageError that lists the existing ones. */
export function parseAnswerOption(option: string, given: string): SelectedAnswer {
  const selected = parseSelectedAnswer(given);
  const problem = checkSelectedAnswer(selected);
  if (problem !== undefined) throw new UsageError(`--${option} ${given}: ${problem}`);
  return selected;
}
