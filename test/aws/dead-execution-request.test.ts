import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AwsError } from '../../local/aws-error.ts';
import type { AwsService } from '../../local/cloud.ts';
import { defineOperation } from '../../local/define-operation.ts';
import { createBuildAccount } from '../functions/build-account.ts';
import { actionProperties } from '../security/attempts.ts';
import { buildAccountId, region } from '../start.ts';

/* The request of a dead execution that died before its states had read its job. */

const own = { provider: 'Gantry', takeJob: 'take-job' };
const id = '11111111-1111-1111-1111-111111111111';
const actionExecutionId = '22222222-2222-2222-2222-222222222222';
const job = (provider: string) => ({
  jobDetails: {
    id,
    data: {
      actionTypeId: { category: 'Deploy', owner: 'Custom', provider, version: '1' },
      actionConfiguration: { configuration: actionProperties },
      pipelineContext: { pipelineName: 'shop', pipelineExecutionId: 'e', action: { name: 'web', actionExecutionId } },
    },
  },
});
let answer: object | AwsError = {};
const respond = (give: () => object) => defineOperation(z.unknown(), give);
const codepipeline = (): AwsService => ({
  name: 'codepipeline',
  protocol: 'json',
  operations: {
    GetJobDetails: respond(() => {
      if (answer instanceof AwsError) throw answer;
      return answer;
    }),
  },
});
const states = (): AwsService => ({
  name: 'states',
  protocol: 'json',
  operations: { GetExecutionHistory: respond(() => ({ events: [] })) },
});
await createBuildAccount(codepipeline, states);
const { addRequestToDeadExecution } = await import('../../aws/dead-execution-request.ts');

const die = (name: string, input: object) =>
  addRequestToDeadExecution(
    {
      arn: `arn:aws:states:${region}:${buildAccountId}:execution:gantry-deploy:${name}`,
      status: 'ABORTED',
      start: new Date(0),
      input: JSON.stringify(input),
    },
    own,
  );
const claimed = { job: { id, nonce: '1' } };
const action = { configuration: actionProperties, pipeline: { name: 'shop', executionId: 'e', action: 'web' } };

describe('a job that died before its states read it', () => {
  it.each<[what: string, name: string, reported: object | AwsError, isRead: boolean]>([
    ['is read from CodePipeline', actionExecutionId, job('Gantry'), true],
    ['is read for an execution that was started again', `${actionExecutionId}-1`, job('Gantry'), true],
    ['is not read for an execution with another name', 'other', job('Gantry'), false],
    ['is not read if it is of another action', actionExecutionId, job('Other'), false],
    [
      'is not read if CodePipeline does not have it',
      actionExecutionId,
      new AwsError('JobNotFoundException', 'no'),
      false,
    ],
    ['is not read if CodePipeline refuses', actionExecutionId, new AwsError('AccessDeniedException', 'no'), false],
  ])('%s', async (_, name, reported, isRead) => {
    answer = reported;
    const { request, isConfirmed } = await die(name, claimed);
    expect(isConfirmed).toBe(false);
    if (isRead) expect(request).toMatchObject({ job: { id, actionExecutionId, ...action } });
    else expect(request).toEqual(claimed);
  });

  it('is not asked for if a person started the execution', async () => {
    answer = job('Gantry');
    const input = { target: 'test/web' };
    expect(await die('manual', input)).toMatchObject({ request: input, isConfirmed: true });
  });
});
