import { describe, expect, it } from 'vitest';
import { decideJobClaim } from '../../../core/request/acknowledgement.ts';
import { isFirstExecutionOfJob } from '../../../core/request/job-restart.ts';

const first = { first: true, retries: 0 };
const later = { first: false, retries: 0 };
const refused = (retried: boolean) => ({ refused: 'nonce' as const, retried });
const forgotten = (retried: boolean) => ({ refused: 'job' as const, retried });

describe('the answer of AcknowledgeJob', () => {
  it.each([
    ['in progress', { status: 'InProgress' }, first, 'InProgress'],
    ['in progress', { status: 'InProgress' }, later, 'InProgress'],
    ['timed out', { status: 'TimedOut' }, first, 'Lost'],
    ['failed', { status: 'Failed' }, first, 'Lost'],
    ['done', { status: 'Succeeded' }, first, 'Lost'],
    ['still queued', { status: 'Queued' }, first, 'Lost'],
    ['over, after a retry', { status: 'Failed' }, { first: true, retries: 1 }, 'Lost'],
    ['forgotten', forgotten(false), first, 'Lost'],
    ['unknown, after a retry', forgotten(true), { first: true, retries: 1 }, 'Lost'],
    ['acknowledged by take-job with the same or a newer nonce', refused(false), first, 'InProgress'],
    ['acknowledged for an earlier execution', refused(false), later, 'Lost'],
    ['perhaps acknowledged by this call, whose first answer was lost', refused(true), later, 'InProgress'],
    ['perhaps acknowledged by a function that died', refused(false), { first: false, retries: 1 }, 'InProgress'],
  ])('for a job that is %s: %j to %j means %s', (_what, answer, execution, status) => {
    expect(decideJobClaim(answer, execution)).toEqual({ status });
  });

  it.each([
    ['the action execution', { id: 'j', actionExecutionId: 'a' }, 'a', true],
    ['the job, if there is no action execution', { id: 'j' }, 'j', true],
    ['the action execution and a nonce', { id: 'j', actionExecutionId: 'a' }, 'a-7', false],
    ['anything else', { id: 'j', actionExecutionId: 'a' }, 'j', false],
    ['an action execution that CodePipeline does not report', undefined, 'a', true],
    ['an action execution that CodePipeline does not report, and the nonce', undefined, 'a-7', false],
  ])('is for the first execution if its name is that of %s: %j, %s', (_what, job, name, answer) => {
    expect(isFirstExecutionOfJob(`arn:aws:states:eu-west-1:111111111111:execution:deploy:${name}`, '7', job)).toBe(
      answer,
    );
  });
});
