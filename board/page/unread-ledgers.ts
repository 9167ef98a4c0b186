import { type ComponentChild, h } from 'preact';
import { renderForeign } from './foreign-text.ts';
import type { View } from './view.ts';

const mostNames = 6;

/** Returns the services whose ledger has not been read, by their names in commands. */
const listUnreadLedgers = ({ data }: View): string[] =>
  data.rows
    .flatMap(({ cells }) => Object.values(cells))
    .filter(({ ledgerReadAt }) => ledgerReadAt === undefined)
    .map(({ target }) => target);

/** Says which services' releases are missing in a list or number, because their ledgers have not been read. */
export function renderUnreadLedgers(view: View): ComponentChild {
  const unread = listUnreadLedgers(view);
  if (unread.length === 0) return null;
  const names = unread.slice(0, mostNames).map((name, at) => [at === 0 ? null : ', ', renderForeign(name)]);
  const more = unread.length > mostNames ? ` and ${unread.length - mostNames} more` : null;
  return h('p', { class: 'problem' }, 'Without the releases of ', names, more, ', whose ledger has not been read.');
}
