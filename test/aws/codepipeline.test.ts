import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AwsError } from '../../local/aws-error.ts';
import type { AwsService } from '../../local/cloud.ts';
import { defineOperation } from '../../local/define-operation.ts';
import { createBuildAccount } from '../functions/build-account.ts';

/** The answers to the next calls, in order. */
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
  readPipelineFacts: readFacts,
  pollForJobs: poll,
  putJobFailure: putFailure,
  putJobSuccess: putSuccess,
} = await import('../../aws/codepipeline.ts');

const unavailable = new AwsError('InternalFailure', 'try again', 500);
const invalidNonce = new AwsError('InvalidNonceException', 'The nonce is not valid');
const notFound = new AwsError('JobNotFoundException', 'no such job');
const invalidState = new AwsError('InvalidJobStateException', 'not in progress');
const failed = { jobId: 'j', failureDetails: { type: 'JobFailed' as const, message: 'm' } };

describe('AcknowledgeJob', () => {
  it.each([
    ['the status', [{ status: 'InProgress' }], { status: 'InProgress' }],
    ['a refused nonce', [invalidNonce], { refused: 'nonce', retried: false }],
    [
      'a refused nonce after a retry, when the first attempt may have succeeded',
      [unavailable, invalidNonce],
      { refused: 'nonce', retried: true },
    ],
    ['a job that CodePipeline no longer knows', [notFound], { refused: 'job', retried: false }],
    ['the status after a retry', [unavailable, { status: 'InProgress' }], { status: 'InProgress' }],
  ])('returns %s', async (_what, given, expected) => {
    answers.push(...given);
    expect(await acknowledge('j', 'n')).toEqual(expected);
  });

  it('throws SystemUnavailable if CodePipeline stays unavailable, so that the state machine retries', async () => {
    answers.push(...Array(6).fill(unavailable));
    await expect(acknowledge('j', 'n')).rejects.toThrow(expect.objectContaining({ name: 'SystemUnavailable' }));
  });
});

describe('a job result', () => {
  it.each([
    ['is delivered', {}, 'delivered'],
    ['is not delivered if the job has ended', invalidState, 'job over'],
    ['is not delivered if CodePipeline no longer knows the job', notFound, 'job over'],
  ])('%s', async (_what, answer, delivery) => {
    answers.push(answer, answer);
    expect(await putSuccess({ jobId: 'j' })).toBe(delivery);
    expect(await putFailure(failed)).toBe(delivery);
  });

  it('that CodePipeline refuses throws an error', async () => {
    answers.push(new AwsError('ValidationException', 'too long'));
    await expect(putFailure(failed)).rejects.toThrow(expect.objectContaining({ name: 'ValidationException' }));
  });
});

describe('the facts of a pipeline execution', () => {
  const id = '0123456789abcdef0123456789abcdef01234567';
  const artifactRevisions = [{ revisionId: id }];
  it.each([
    ['the commit', { artifactRevisions, executionType: 'STANDARD' }, { commit: { id }, stageRollback: false }],
    [
      'that it rolls back a stage',
      { artifactRevisions, executionType: 'ROLLBACK' },
      { commit: { id }, stageRollback: true },
    ],
    ['nothing, of a pipeline without a commit and a type', {}, { commit: undefined, stageRollback: false }],
  ])('are %s', async (_, pipelineExecution, expected) => {
    answers.push({ pipelineExecution });
    expect(await readFacts('shop', 'e')).toEqual(
      expected.commit === undefined ? expected : { ...expected, commit: expect.objectContaining(expected.commit) },
    );
  });

  it('are none if access is denied, and are not retried for long if CodePipeline does not answer', async () => {
    answers.push(new AwsError('AccessDeniedException', 'no'), Promise.withResolvers<object>().promise);
    expect(await readFacts('shop', 'e')).toEqual({});
    expect(await readFacts('shop', 'e', 50)).toEqual({});
  });
});

it('PollForJobs returns an empty list if there are no jobs', async () => {
  answers.push({});
  expect(await poll({ category: 'Deploy', owner: 'Custom', provider: 'Gantry', version: '1' }, 10)).toEqual([]);
});
