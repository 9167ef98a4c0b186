import type { Ecs } from './state.ts';

/** A list whose order AWS does not promise, as this cloud's ECS answers it. */
export const inListOrder = <Item>({ cloud }: Pick<Ecs, 'cloud'>, items: Item[]): Item[] =>
  cloud.answers['list-order'] === 'newest-first' ? items : items.toReversed();
