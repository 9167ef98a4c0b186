import { type ComponentChild, h } from 'preact';
import type { ActionKind, Cell, CellAction } from '../../core/board/cell-data.ts';
import { formatForeign, renderForeign, renderLog } from './foreign-text.ts';
import type { ActionDialog } from './page-state.ts';
import { type Copier, renderCommand } from './render-command.ts';
import { renderDialogHead, showWhenRendered } from './render-drawer.ts';

/** What the dialog calls. */
export interface ActionHandlers {
  close(): void;
  copier: Copier;
  preview(kind: ActionKind, choice: string | undefined): void;
  confirm(reason: string | undefined): void;
  /** Goes back to the list of actions. */
  restart(): void;
}

const actionWords: Record<ActionKind, string> = {
  redeploy: 'Redeploy',
  rollback: 'Roll back',
  continue: 'Continue',
  approve: 'Approve',
};

/** Renders the dialog of a cell's actions: the list, the effect of the chosen action, and its result. */
export function renderActions(dialog: ActionDialog, cell: Cell | undefined, handlers: ActionHandlers): ComponentChild {
  const { target, kind, error } = dialog;
  const title = [kind === undefined ? 'Actions' : actionWords[kind], ': ', renderForeign(target)];
  return h(
    'dialog',
    {
      class: 'actions',
      key: `actions ${target}`,
      'aria-labelledby': 'actions-title',
      ref: showWhenRendered,
      onClose: handlers.close,
    },
    renderDialogHead('actions-title', title),
    error === undefined ? null : h('p', { class: 'problem', role: 'alert' }, renderForeign(error)),
    renderStage(dialog, cell, handlers),
  );
}

function renderStage(dialog: ActionDialog, cell: Cell | undefined, handlers: ActionHandlers): ComponentChild {
  if (dialog.result !== undefined) return renderResult(dialog.result, handlers);
  if (dialog.isBusy) return h('p', { role: 'status' }, 'Waiting for the answer…');
  if (dialog.preview !== undefined) return renderPreview(dialog, handlers);
  if (cell === undefined) return h('p', null, 'This service is not on the board any more.');
  const wanted = cell.actions.filter(({ kind }) => dialog.kind === undefined || kind === dialog.kind);
  return wanted.map((action) => renderAction(action, handlers));
}

type FormEvent = SubmitEvent & { currentTarget: HTMLFormElement };

/** Returns the text of a field of a form that is submitted; undefined if it is empty. The page sends the form itself. */
function takeField(event: FormEvent, name: string): string | undefined {
  event.preventDefault();
  const text = new FormData(event.currentTarget).get(name);
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined;
}

function renderAction(action: CellAction, handlers: ActionHandlers): ComponentChild {
  const { kind, command, available, why, choices = [] } = action;
  const words = actionWords[kind];
  return h(
    'form',
    {
      class: 'action',
      key: kind,
      onSubmit: (event: FormEvent) => handlers.preview(kind, takeField(event, 'choice')),
    },
    h('h3', null, words),
    available ? null : h('p', { class: 'why', id: `why-${kind}` }, renderForeign(why ?? 'Not available.')),
    available && choices.length > 0 ? renderChoices(kind, choices) : null,
    h(
      'button',
      { class: 'primary', disabled: !available, 'aria-describedby': available ? undefined : `why-${kind}` },
      `${words}…`,
    ),
    renderCommand(command, handlers.copier),
  );
}

const renderChoices = (kind: ActionKind, choices: NonNullable<CellAction['choices']>): ComponentChild =>
  h(
    'label',
    { class: 'choice' },
    kind === 'rollback' ? 'To ' : 'Which ',
    h(
      'select',
      { name: 'choice' },
      choices.map(({ id, label }) => h('option', { value: id, key: id }, formatForeign(label))),
    ),
  );

function renderPreview({ kind, preview, target }: ActionDialog, handlers: ActionHandlers): ComponentChild {
  if (preview === undefined || kind === undefined) return null;
  return h(
    'form',
    { class: 'preview', onSubmit: (event: FormEvent) => handlers.confirm(takeField(event, 'reason')) },
    h('h3', { tabIndex: -1, ref: focusWhenRendered, key: preview.id }, 'This would happen'),
    renderLog(preview.lines),
    preview.refused === undefined
      ? renderReason()
      : h('p', { class: 'why', role: 'status' }, renderForeign(preview.refused)),
    h(
      'p',
      { class: 'buttons' },
      preview.refused === undefined
        ? h('button', { class: 'primary' }, formatForeign(`${actionWords[kind]} ${target} now`))
        : null,
      h('button', { type: 'button', class: 'quiet', onClick: handlers.restart }, 'Not now'),
    ),
    h('p', { class: 'label' }, 'The same on the command line'),
    renderCommand(preview.command, handlers.copier),
  );
}

/** Asks for the reason that the history keeps. The maximum length is the limit in core/board/requests.ts. */
const renderReason = (): ComponentChild =>
  h('label', { class: 'choice' }, 'Reason (optional) ', h('input', { name: 'reason', maxLength: 500 }));

/** The button that was pressed no longer exists, so the focus moves to the element that replaced it. */
const focusWhenRendered = (element: HTMLElement | null): void => element?.focus();

function renderResult(result: NonNullable<ActionDialog['result']>, handlers: ActionHandlers): ComponentChild {
  const { message, execution, command } = result;
  return h(
    'div',
    { class: 'result' },
    h('p', { role: 'status', tabIndex: -1, ref: focusWhenRendered }, renderForeign(message)),
    execution === undefined ? null : h('p', { class: 'label' }, renderForeign(execution)),
    command === undefined ? null : renderCommand(command, handlers.copier),
    h('p', { class: 'buttons' }, h('button', { type: 'button', class: 'primary', onClick: handlers.close }, 'Close')),
  );
}
