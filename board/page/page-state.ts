import type { ActionKind } from '../../core/board/cell-data.ts';
import type { BoardData } from '../../core/board/data.ts';
import type { ReleaseDetails } from '../../core/board/details-data.ts';
import type { ConfirmResponse, Preview } from '../../core/board/requests.ts';
import { describeChanges } from './announcements.ts';
import type { Answer } from './server.ts';

/** The drawer with the details of one release. */
export interface Drawer {
  id: string;
  details?: ReleaseDetails | undefined;
  error?: string | undefined;
}

/** The dialog of one cell's actions. */
export interface ActionDialog {
  target: string;
  kind?: ActionKind | undefined;
  choice?: string | undefined;
  /** The effect of the confirmation. */
  preview?: Preview | undefined;
  result?: ConfirmResponse | undefined;
  error?: string | undefined;
  /** Whether the page waits for the server's answer. */
  isBusy: boolean;
}

/** Everything that the live page shows. Times are in milliseconds of the reader's clock. */
export interface PageState {
  data?: BoardData | undefined;
  /** When `data` arrived. */
  receivedAt?: number | undefined;
  /** The cells that changed between the last two reads, as a text for screen readers. */
  changes?: string | undefined;
  /** Why the last read failed. */
  problem?: string | undefined;
  drawer?: Drawer | undefined;
  dialog?: ActionDialog | undefined;
  /** The command that was copied last. */
  copied?: string | undefined;
}

/** Applies an answer of the server. If the answer is an error, the earlier data stays visible beside the problem. */
export const applyBoard = (state: PageState, answer: Answer<BoardData>, now: number): PageState =>
  'value' in answer
    ? {
        ...state,
        data: answer.value,
        receivedAt: now,
        problem: undefined,
        changes: describeChanges(state.data, answer.value),
      }
    : { ...state, problem: answer.error };

/** Applies the details of a release, if its drawer is still open. */
export function applyDetails(state: PageState, id: string, answer: Answer<ReleaseDetails>): PageState {
  const { drawer } = state;
  if (drawer?.id !== id) return state;
  const read = 'value' in answer ? { details: answer.value, error: undefined } : { error: answer.error };
  return { ...state, drawer: { ...drawer, ...read } };
}

/** Applies the answer to a preview, if the dialog still shows this choice. */
export function applyPreview(state: PageState, asked: ActionDialog, answer: Answer<Preview>): PageState {
  const { dialog } = state;
  if (dialog?.target !== asked.target || dialog.kind !== asked.kind || dialog.choice !== asked.choice) return state;
  const read = 'value' in answer ? { preview: answer.value } : { error: answer.error };
  return { ...state, dialog: { ...dialog, ...read, isBusy: false } };
}

/** Applies the answer to a confirmation. If the service has changed since the preview, the dialog shows the new preview and asks again. */
export function applyResult(state: PageState, target: string, answer: Answer<ConfirmResponse>): PageState {
  const { dialog } = state;
  if (dialog?.target !== target) return state;
  if ('value' in answer)
    return { ...state, dialog: { ...dialog, result: answer.value, error: undefined, isBusy: false } };
  const { error, preview } = answer;
  return { ...state, dialog: { ...dialog, error, preview, isBusy: false } };
}

/** Returns AWS's time. AWS's time was `at` when the data arrived. Without data, returns the reader's time. */
export const findAwsTime = ({ data, receivedAt }: PageState, now: number): number =>
  data === undefined || receivedAt === undefined ? now : Date.parse(data.at) + now - receivedAt;
