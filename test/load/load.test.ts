import { expect, it } from 'vitest';
import { load, told } from './load.ts';

/** Thirty in each of ten accounts are more than the twenty revisions that ECS registers at once. */
it('releases to 300 services at once, throttled by ECS, and fails none', async () => {
  const loaded = await load(300);
  expect(loaded.endings, told(loaded)).toEqual({ SUCCEEDED: 300, FAILED: 0 });
  const registering = loaded.buckets.find(({ name }) => name === 'task definition, modify');
  expect(registering?.refused).toBeGreaterThan(0);
}, 300_000);
