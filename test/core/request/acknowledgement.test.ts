import { describe, expect, it } from 'vitest';
import { decideJobClaim } from '../../../core/request/acknowledgement.ts';

describe('acknowledgedOf', () => {
  it.each([
    ['in progress', { status: 'InProgress' }, 'InProgress'],
    ['timed out', { status: 'TimedOut' }, 'Lost'],
    ['failed', { status: 'Failed' }, 'Lost'],
    ['done', { status: 'Succeeded' }, 'Lost'],
    ['still queued', { status: 'Queued' }, 'Lost'],
    ['taken by another', { refused: 'nonce', retried: false } as const, 'Lost'],
    [
      'perhaps ours already, since the first answer was lost',
      { refused: 'nonce', retried: true } as const,
      'InProgress',
    ],
    ['perhaps ours already, since the function died', { refused: 'nonce', retried: false } as const, 'InProgress', 1],
    ['forgotten', { refused: 'job', retried: true } as const, 'Lost', 1],
    ['over when asked again', { status: 'Failed' }, 'Lost', 1],
  ])('judges a job that is %s', (_what, answer, status, retries = 0) => {
    expect(decideJobClaim(answer, retries)).toEqual({ status });
  });
});
