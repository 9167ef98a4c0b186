import { describe, expect, it } from 'vitest';
import { decideJobRestart } from '../../../core/request/job-restart.ts';

const name = '22222222-aaaa-4bbb-8ccc-000000000002';
const job = { id: '11111111-aaaa-4bbb-8ccc-000000000001', nonce: '7', actionExecutionId: name, configuration: {} };
const output = (nonce: string, status: string) => JSON.stringify({ job: { ...job, nonce }, acknowledged: { status } });

describe('claimOf, when a job is offered whose execution exists', () => {
  it.each([
    ['runs', { status: 'RUNNING' }, 'known'],
    [
      'is over and acknowledged it with this very nonce',
      { status: 'SUCCEEDED', output: output('7', 'InProgress') },
      'known',
    ],
    ['is over and lost it', { status: 'SUCCEEDED', output: output('7', 'Lost') }, 'again'],
    ['is over and acknowledged an older nonce', { status: 'SUCCEEDED', output: output('6', 'InProgress') }, 'again'],
    ['died', { status: 'FAILED' }, 'again'],
    ['was stopped', { status: 'ABORTED' }, 'again'],
    ['left an output that says nothing', { status: 'SUCCEEDED', output: '{}' }, 'again'],
  ])('finds an execution that %s', (_what, known, claim) => {
    expect(decideJobRestart(job, known).claim).toBe(claim);
  });

  it('starts again under a name that follows from the nonce, so that the next poll finds it', () => {
    expect(decideJobRestart(job, { status: 'FAILED' })).toMatchObject({ name: `${name}-7` });
    const { name: long } = decideJobRestart({ ...job, nonce: 'n/'.repeat(25) }, { status: 'FAILED' }) as {
      name: string;
    };
    expect(long).toMatch(/^[\w-]{1,80}$/);
  });

  it('leaves an invoked job alone once its execution is over', () => {
    expect(decideJobRestart({ ...job, nonce: undefined }, { status: 'FAILED' }).claim).toBe('known');
  });
});
