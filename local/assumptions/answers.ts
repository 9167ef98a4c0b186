import type { Assumption } from './assumption.ts';
import { type Answers, assumptions } from './list.ts';

/** One selected answer: an assumption's id and the name of an answer to it. */
export interface SelectedAnswer {
  id: string;
  answer: string;
}

/** Formats an answer as `id=answer`, as users type it. */
export function parseSelectedAnswer(text: string): SelectedAnswer {
  const [id = '', ...rest] = text.split('=');
  return { id, answer: rest.join('=') };
}

const entries: [string, Assumption][] = Object.entries(assumptions);

const defaults: Record<string, string> = Object.fromEntries(entries.map(([id, one]) => [id, one.default]));

const isComplete = (given: Record<string, string>): given is Answers =>
  entries.every(([id, { answers }]) => Object.hasOwn(answers, given[id] ?? ''));

/** Returns one sentence that explains why an answer cannot be selected; undefined if it can. */
export function checkSelectedAnswer({ id, answer }: SelectedAnswer): string | undefined {
  const [, found] = entries.find(([known]) => known === id) ?? [];
  if (found === undefined)
    return `There is no assumption "${id}"; there are ${entries.map(([known]) => known).join(', ')}.`;
  if (Object.hasOwn(found.answers, answer)) return undefined;
  return `"${answer}" is no answer to ${id}; the answers are ${Object.keys(found.answers).join(', ')}.`;
}

/** Returns the default answers with `selected` in their place. Throws an Error that names the first one that does not exist. */
export function selectAnswers(...selected: SelectedAnswer[]): Answers {
  const wrong = selected.map(checkSelectedAnswer).find((problem) => problem !== undefined);
  if (wrong !== undefined) throw new Error(wrong);
  const given = { ...defaults, ...Object.fromEntries(selected.map(({ id, answer }) => [id, answer])) };
  if (isComplete(given)) return given;
  throw new Error('An assumption has no default answer.');
}

/** Every answer except the defaults, for runs with one changed answer each. */
export const otherAnswers: SelectedAnswer[] = entries
  .filter(([, { notPlayable }]) => notPlayable === undefined)
  .flatMap(([id, one]) =>
    Object.keys(one.answers)
      .filter((answer) => answer !== one.default)
      .map((answer) => ({ id, answer })),
  );
