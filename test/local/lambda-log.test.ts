import { describe, expect, it } from 'vitest';
import { endLines } from '../../local/lambda/log.ts';

describe('the billed duration of an invocation', () => {
  it.each([
    ['its own duration if it found an environment', undefined, '101'],
    ['its own duration and the start of its environment if it waited for one', 168.26, '269'],
  ])('is %s', (_, initMilliseconds, billed) => {
    const measured = { milliseconds: 100.06, memoryMb: 256, heap: 1 };
    const report = { ...measured, ...(initMilliseconds === undefined ? {} : { initMilliseconds }) };
    expect(endLines({ requestId: '7', payload: '' }, report)[1]).toContain(`\tBilled Duration: ${billed} ms\t`);
  });
});
