import { UsageError } from '../../cli/command.ts';
import { checkSelectedAnswer, parseSelectedAnswer, type SelectedAnswer } from '../assumptions/answers.ts';

/** The answer that a command-line option selects, typed as `id=answer`. Throws a UsageError that lists what exists. */
export function parseAnswerOption(option: string, given: string): SelectedAnswer {
  const selected = parseSelectedAnswer(given);
  const problem = checkSelectedAnswer(selected);
  if (problem !== undefined) throw new UsageError(`--${option} ${given}: ${problem}`);
  return selected;
}
