import { styleText } from 'node:util';
import type { HookAnswer, RecordedHookAnswer } from '../core/model/hook-answer.ts';
import { escapeUnprintable } from '../core/parsing/display-text.ts';
import type { LedgerEntry } from '../core/reporting/ledger.ts';
import { formatMinute } from './target-status-lines.ts';

const pastTense = { CONTINUE: 'continued it', ROLLBACK: 'rolled it back' };

const formatDeed = ({ action }: HookAnswer, status: RecordedHookAnswer['status']): string =>
  status === 'sent' ? `sent ${action} (it is not known what ECS answered)` : pastTense[action];

/**
 * Formats an answer at a pause hook: the claimed name of the person, when the person answered, and why. `status`: whether ECS is known to have accepted the
 * answer.
 */
export function formatAnswerLine(answer: HookAnswer, status: RecordedHookAnswer['status'] = 'accepted'): string {
  const { by = 'somebody', hookId, at, reason } = answer;
  const why = reason === undefined ? '' : `: ${reason}`;
  const line = `${by.split('/').at(-1)} ${formatDeed(answer, status)} at the hook ${hookId}, ${formatMinute(at)}${why}`;
  return `    ${styleText('gray', escapeUnprintable(line))}`;
}

/**
 * Returns the answers that no entry of the ledger shows. The deployment was somebody else's, it was made by a rollback whose entry was already complete, or
 * ECS's response to the answer is unknown.
 */
export function selectOtherAnswers(answers: RecordedHookAnswer[], entries: LedgerEntry[]): RecordedHookAnswer[] {
  const shown = new Set(entries.flatMap((entry) => (entry.answers ?? []).map(({ hookId }) => hookId)));
  return answers.filter(({ hookId, status }) => status !== 'refused' && !shown.has(hookId));
}

/** Formats the answers that no entry shows as lines below the table. Returns no lines if there are no such answers. */
export const formatOtherAnswers = (answers: RecordedHookAnswer[]): string[] =>
  answers.length === 0
    ? []
    : ['', 'Answers at pause hooks of other deployments:', ...answers.map((one) => formatAnswerLine(one, one.status))];
