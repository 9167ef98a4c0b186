import { describe, expect, it } from 'vitest';
import { rollbacks } from './rollbacks.ts';

const system = await rollbacks();

describe('going back by hand', () => {
  it('goes to the last good revision, and in a second step to the one before', async () => {
    const one = await system.good('1');
    const two = await system.good('2');
    await system.good('3');
    const first = await system.back({ target: 'test/web', reason: 'shop is slow', by: 'ada' });
    expect(first).toMatchObject({ status: 'SUCCEEDED', output: { decision: { do: 'revision' } } });
    expect(first.output.report.message).toMatch(/^Asked for by ada: "shop is slow". test\/web goes back to web:\d+/);
    expect(await system.runs()).toBe(two);
    await system.back({ target: 'test/web' });
    expect(await system.runs()).toBe(one);
  });
});
