import { type ComponentChild, h } from 'preact';
import type { CellBadge, CellState } from '../../core/board/cell-data.ts';

type IconName = CellState | CellBadge['kind'];

/** The path of each icon in a box of 16 × 16. Every state has a shape of its own, so that colour is never the only sign. */
const paths: Record<IconName, string> = {
  'at rest': 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M5 8.2l2.1 2.1L11.2 6',
  'in progress': 'M8 1.5a6.5 6.5 0 1 0 6.5 6.5M14.5 2v4h-4M8 4.7V8l2.3 1.6',
  waiting: 'M5.4 3v10M10.6 3v10',
  failed: 'M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3zM5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8',
  unreadable: 'M2 8s2.3-4 6-4 6 4 6 4-2.3 4-6 4-6-4-6-4M2.5 13.5l11-11',
  missing: 'M2.5 8h11',
  loading: 'M3 8h.1M8 8h.1M13 8h.1',
  alarm: 'M8 2 1.5 13.5h13zM8 6.5v3.4M8 11.6v.4',
  drift: 'M2 5h8M7.5 2.5 10 5 7.5 7.5M14 11H6M8.5 8.5 6 11l2.5 2.5',
  lease: 'M3.5 7h9v6.5h-9zM5.5 7V4.8a2.5 2.5 0 0 1 5 0V7',
  schedules: 'M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 1.8v3M10.5 1.8v3',
  unknown: 'M6 6a2 2 0 1 1 2.6 1.9c-.5.2-.6.6-.6 1.1v.5M8 11.6v.4',
  events: 'M2 8h2.5l1.7-4 3 8 1.7-4H14',
};

/** Renders the icon of a state or badge. The text beside the icon says the same, so a screen reader skips the icon. */
export const renderIcon = (name: IconName): ComponentChild =>
  h('svg', { class: 'icon', viewBox: '0 0 16 16', 'aria-hidden': 'true' }, h('path', { d: paths[name] }));
