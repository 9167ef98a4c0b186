import { styleText } from 'node:util';
import type { HookAnswer, RecordedAnswer } from '../core/model/hook-answer.ts';
import { escapeUnprintable } from '../core/parsing/display-text.ts';
import { formatMinute } from './target-status-lines.ts';

const verbs = { CONTINUE: 'continued', ROLLBACK: 'rolled back' };

/** Formats who answered a pause hook, as claimed, when and why. */
export function formatAnswerLine({ by = 'somebody', action, hookId, at, reason }: HookAnswer): string {
  const why = reason === undefined ? '' : `: ${reason}`;
  const line = `${by.split('/').at(-1)} ${verbs[action]} it at the hook ${hookId}, ${formatMinute(at)}${why}`;
  return `    ${styleText('gray', escapeUnprintable(line))}`;
}

/** The answers at hooks of deployments that have no entry in the ledger, because somebody else made them. */
export const selectForeignAnswers = (answers: RecordedAnswer[]): RecordedAnswer[] =>
  answers.filter(({ release, status }) => release === undefined && status !== 'refused');

/** Formats the answers at hooks of other deployments than Gantry's as lines below the table; none if there are none. */
export const formatForeignAnswers = (answers: RecordedAnswer[]): string[] =>
  answers.length === 0
    ? []
    : ['', 'Answered at pause hooks of deployments that Gantry did not make:', ...answers.map(formatAnswerLine)];
