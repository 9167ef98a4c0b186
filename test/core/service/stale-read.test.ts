import { describe, expect, it } from 'vitest';
import { calculateStaleReadWaitMs } from '../../../core/service/stale-read.ts';

const now = new Date('2026-11-23T09:00:00.000Z');
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString();

describe('before it reads the service to change it, an execution waits', () => {
  it.each<[what: string, given: { retries: number; changedAt?: string; lease?: { released?: true } }, seconds: number]>(
    [
      ['not at all if it has changed nothing', { retries: 0 }, 0],
      ['ten seconds after an earlier try, which can have changed the service until just now', { retries: 1 }, 10],
      [
        'ten seconds after an earlier try, whenever the release changed the service',
        { retries: 2, changedAt: ago(900) },
        10,
      ],
      [
        'ten seconds if an earlier run of the state has released the lease',
        { retries: 0, lease: { released: true } },
        10,
      ],
      ['not at all if nobody has released the lease', { retries: 0, lease: {} }, 0],
      ['the rest of ten seconds since its change', { retries: 0, changedAt: ago(4) }, 6],
      ['not at all ten seconds after its change', { retries: 0, changedAt: ago(10) }, 0],
      ['not at all long after its change', { retries: 0, changedAt: ago(900) }, 0],
      ['ten seconds at most if the clock of ECS is ahead', { retries: 0, changedAt: ago(-60) }, 10],
    ],
  )('%s', (_, given, seconds) => {
    expect(calculateStaleReadWaitMs({ now, ...given })).toBe(seconds * 1000);
  });
});
