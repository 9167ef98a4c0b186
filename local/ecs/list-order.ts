import type { Ecs } from './state.ts';

/** Orders a list whose order AWS does not document, according to this cloud's answer. */
export const inListOrder = <Item>({ cloud }: Pick<Ecs, 'cloud'>, items: Item[]): Item[] =>
  cloud.answers['list-order'] === 'newest-first' ? items : items.toReversed();
