import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AwsError } from '../../local/aws-error.ts';
import type { AwsService } from '../../local/cloud.ts';
import { defineOperation } from '../../local/define-operation.ts';
import { createBuildAccount } from '../functions/build-account.ts';

/** Answers that the next calls get, whatever they ask. */
const answers: (object | Promise<object> | AwsError)[] = [];
const next = defineOperation(z.unknown(), () => {
  const answer = answers.shift();
  if (answer instanceof AwsError) throw answer;
  return answer;
});
const scripted = (): AwsService => ({
  name: 'codepipeline',
  protocol: 'json',
  operations: {
    AcknowledgeJob: next,
    PutJobSuccessResult: next,
    PutJobFailureResult: next,
    PollForJobs: next,
    GetPipelineExecution: next,
  },
});
await createBuildAccount(scripted);
const {
  acknowledgeJob: acknowledge,
  findCommit: commitOf,
  pollForJobs: poll,
  putJobFailure: putFailure,
  putJobSuccess: putSuccess,
} = await import('../../aws/codepipeline.ts');

const unavailable = new AwsError('InternalFailure', 'try again', 500);
const invalidNonce = new AwsError('InvalidNonceException', 'The nonce is not valid');
const notFound = new AwsError('JobNotFoundException', 'no such job');
const invalidState = new AwsError('InvalidJobStateException', 'not in progress');
const failed = { jobId: 'j', failureDetails: { type: 'JobFailed' as const, message: 'm' } };

describe('acknowledge', () => {
  it.each([
    ['the status', [{ status: 'InProgress' }], { status: 'InProgress' }],
    ['a nonce that was refused', [invalidNonce], { refused: 'nonce', retried: false }],
    ['that an earlier attempt may have been ours', [unavailable, invalidNonce], { refused: 'nonce', retried: true }],
    ['a job that is forgotten', [notFound], { refused: 'job', retried: false }],
    ['the status after a try that failed', [unavailable, { status: 'InProgress' }], { status: 'InProgress' }],
  ])('tells %s', async (_what, given, expected) => {
    answers.push(...given);
    expect(await acknowledge('j', 'n')).toEqual(expected);
  });

  it('fails as SystemUnavailable when CodePipeline stays away, for the machine to try again', async () => {
    answers.push(...Array(6).fill(unavailable));
    await expect(acknowledge('j', 'n')).rejects.toThrow(expect.objectContaining({ name: 'SystemUnavailable' }));
  });
});

describe('a result', () => {
  it.each([
    ['arrives', {}, 'told'],
    ['is for a job that is over', invalidState, 'nobody'],
    ['is for a job that is forgotten', notFound, 'nobody'],
  ])('%s', async (_what, answer, told) => {
    answers.push(answer, answer);
    expect(await putSuccess({ jobId: 'j' })).toBe(told);
    expect(await putFailure(failed)).toBe(told);
  });

  it('that CodePipeline refuses is an error', async () => {
    answers.push(new AwsError('ValidationException', 'too long'));
    await expect(putFailure(failed)).rejects.toThrow(expect.objectContaining({ name: 'ValidationException' }));
  });
});

describe('the commit', () => {
  it('is what the pipeline was started with', async () => {
    const id = '0123456789abcdef0123456789abcdef01234567';
    answers.push({ pipelineExecution: { artifactRevisions: [{ revisionId: id }] } });
    expect(await commitOf('shop', 'e')).toMatchObject({ id });
  });

  it('is not known where we may not ask, and not waited for where CodePipeline does not answer', async () => {
    answers.push(new AwsError('AccessDeniedException', 'no'), Promise.withResolvers<object>().promise);
    expect(await commitOf('shop', 'e')).toBeUndefined();
    expect(await commitOf('shop', 'e', 50)).toBeUndefined();
  });
});

it('polls for jobs, and finds an empty answer empty', async () => {
  answers.push({});
  expect(await poll({ category: 'Deploy', owner: 'Custom', provider: 'Gantry', version: '1' }, 10)).toEqual([]);
});
