import { type ComponentChild, h } from 'preact';
import type { ActionKind } from '../../core/board/cell-data.ts';
import { formatForeign } from './foreign-text.ts';
import { releaseElementId, type View } from './view.ts';

/**
 * Renders the element that opens a release's details: a button in the live page, a link in the static form. If the static form does not have the details,
 * renders only the content. A screen reader reads `name`, which must contain the visible text.
 */
export function renderReleaseOpener(view: View, id: string | undefined, content: ComponentChild, name?: string) {
  if (id === undefined) return content;
  if (view.handlers === undefined) return renderReleaseLink(view, id, content);
  const open = view.handlers.openRelease;
  return h(
    'button',
    {
      type: 'button',
      class: 'opener',
      'aria-haspopup': 'dialog',
      'aria-label': name && formatForeign(name),
      onClick: () => open(id),
    },
    content,
  );
}

function renderReleaseLink(view: View, id: string, content: ComponentChild): ComponentChild {
  const element = releaseElementId(view, id);
  return element === undefined ? content : h('a', { class: 'opener', href: `#${element}` }, content);
}

/** Renders a button that opens the dialog of a cell's actions. If `kind` is given, the dialog shows that action. */
export function renderActionsOpener({ handlers }: View, target: string, label: string, kind?: ActionKind) {
  if (handlers === undefined) return null;
  return h(
    'button',
    {
      type: 'button',
      class: kind === undefined ? 'quiet' : 'primary',
      'aria-haspopup': 'dialog',
      'aria-label': formatForeign(`${label}: ${target}`),
      onClick: () => handlers.openActions(target, kind),
    },
    label,
  );
}
