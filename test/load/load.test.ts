import { expect, it } from 'vitest';
import { load, told } from './load.ts';

/** In one account, so that the last of them waits for two minutes to register its revision: ECS lets 20 through at once and one a second after. */
it('releases to 150 services at once, throttled by ECS, and fails none', async () => {
  const loaded = await load(150, 1);
  expect(loaded.endings, told(loaded)).toEqual({ SUCCEEDED: 150, FAILED: 0 });
  const registering = loaded.buckets.find(({ name }) => name === 'task definition, modify');
  expect(registering?.refused).toBeGreaterThan(0);
}, 300_000);
