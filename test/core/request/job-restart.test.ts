import { describe, expect, it } from 'vitest';
import { decideJobRestart } from '../../../core/request/job-restart.ts';

const name = '22222222-aaaa-4bbb-8ccc-000000000002';
const job = { id: '11111111-aaaa-4bbb-8ccc-000000000001', nonce: '7', actionExecutionId: name, configuration: {} };
const output = (nonce: string, status: string) => JSON.stringify({ job: { ...job, nonce }, acknowledged: { status } });

describe('a job that is offered although its execution exists', () => {
  it.each([
    ['runs', { status: 'RUNNING' }, { claim: 'known', acknowledge: true }],
    [
      'has ended and acknowledged it with the same nonce',
      { status: 'SUCCEEDED', output: output('7', 'InProgress') },
      { claim: 'known', acknowledge: false },
    ],
    ['has ended without the job', { status: 'SUCCEEDED', output: output('7', 'Lost') }, { claim: 'again' }],
    [
      'has ended and acknowledged an older nonce',
      { status: 'SUCCEEDED', output: output('6', 'InProgress') },
      { claim: 'again' },
    ],
    ['failed', { status: 'FAILED' }, { claim: 'again' }],
    ['was stopped', { status: 'ABORTED' }, { claim: 'again' }],
    ['has an output without the job', { status: 'SUCCEEDED', output: '{}' }, { claim: 'again' }],
  ])('and %s: %j leads to the decision %j', (_what, known, decision) => {
    expect(decideJobRestart(job, known)).toMatchObject(decision);
  });

  it('is started again under a name that depends on the nonce, so that the next poll finds the execution', () => {
    expect(decideJobRestart(job, { status: 'FAILED' })).toMatchObject({ name: `${name}-7` });
    const { name: long } = decideJobRestart({ ...job, nonce: 'n/'.repeat(25) }, { status: 'FAILED' }) as {
      name: string;
    };
    expect(long).toMatch(/^[\w-]{1,80}$/);
  });

  it.each(['RUNNING', 'FAILED'])(
    'is not started again if Lambda invoked the function with it and its execution is %s',
    (status) => {
      const decision = decideJobRestart({ ...job, nonce: undefined }, { status });
      expect(decision).toMatchObject({ claim: 'known', acknowledge: false });
    },
  );
});
