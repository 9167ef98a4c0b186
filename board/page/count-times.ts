import { formatRelative } from './format-time.ts';

/** Updates every relative time below an element. Changes only the text nodes, because Preact must keep the elements that it has rendered. */
export function countTimes(root: ParentNode, now: number): void {
  for (const element of root.querySelectorAll<HTMLTimeElement>('time[data-relative]')) {
    const { firstChild: text, dateTime, dataset } = element;
    const next = formatRelative(dateTime, dataset.relative === 'left' ? 'left' : 'age', now);
    if (text !== null && text.nodeValue !== next) text.nodeValue = next;
  }
}
