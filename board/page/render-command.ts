import { type ComponentChild, h } from 'preact';
import { renderCode } from './foreign-text.ts';

/** The function that copies commands, and the command that was copied last. */
export interface Copier {
  copied?: string | undefined;
  copy(text: string): void;
}

/** Renders a command. If the page can copy the command, also renders a button for that. */
export function renderCommand(command: string, copier?: Copier): ComponentChild {
  return h(
    'div',
    { class: 'command' },
    renderCode(command),
    copier &&
      h(
        'button',
        { type: 'button', class: 'quiet', onClick: () => copier.copy(command) },
        copier.copied === command ? 'Copied' : 'Copy',
      ),
  );
}
