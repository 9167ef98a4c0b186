import { type ComponentChild, h } from 'preact';
import { renderForeign } from './foreign-text.ts';
import type { Drawer } from './page-state.ts';
import type { Copier } from './render-command.ts';
import { describeRelease, renderRelease } from './render-release.ts';

/** Opens a dialog when the dialog is rendered for the first time. The browser moves the focus into the dialog, and back when the dialog closes. */
export const showWhenRendered = (element: HTMLDialogElement | null): void => {
  if (element !== null && !element.open) element.showModal();
};

/** Renders the head of a dialog: its title, and the button that closes it. */
export const renderDialogHead = (id: string, title: ComponentChild, description?: ComponentChild): ComponentChild =>
  h(
    'div',
    { class: 'dialog-head' },
    h('h2', { id }, title),
    h('form', { method: 'dialog' }, h('button', { class: 'quiet', 'aria-label': 'Close' }, '✕')),
    description,
  );

/** What the drawer calls. */
export interface DrawerHandlers {
  close(): void;
  copier: Copier;
}

/** Renders the drawer of one release. */
export function renderDrawer(drawer: Drawer, now: number, handlers: DrawerHandlers): ComponentChild {
  const { id, details, error } = drawer;
  const title = details === undefined ? 'Release' : renderForeign(describeRelease(details.line));
  return h(
    'dialog',
    {
      class: 'drawer',
      key: `drawer ${id}`,
      'aria-labelledby': 'drawer-title',
      ref: showWhenRendered,
      onClose: handlers.close,
    },
    renderDialogHead('drawer-title', title),
    error === undefined ? null : h('p', { class: 'problem', role: 'status' }, 'Not read: ', renderForeign(error)),
    details === undefined && error === undefined ? h('p', { role: 'status' }, 'Reading the release…') : null,
    details && renderRelease(details, now, handlers.copier),
  );
}
