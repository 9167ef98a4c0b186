import {
  GetJobDetailsCommand,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
} from '@aws-sdk/client-codepipeline';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { selectAnswers } from '../../local/assumptions/answers.ts';
import { assumptions } from '../../local/assumptions/list.ts';
import { AwsError } from '../../local/aws-error.ts';
import type { AwsService } from '../../local/cloud.ts';
import { defineOperation } from '../../local/define-operation.ts';
import { buildAccountId, region } from '../start.ts';
import { readActionState, startPipeline, startPipelines } from './pipeline.ts';

interface LambdaJob {
  id: string;
  accountId: string;
  data: Record<string, unknown>;
}

const jobs: LambdaJob[] = [];

/** A Lambda service that records the jobs it is invoked with. */
const lambda = (): AwsService => ({
  name: 'lambda',
  protocol: 'rest-json',
  operations: {
    Invoke: defineOperation(
      z.strictObject({ FunctionName: z.string(), InvocationType: z.literal('Event'), Payload: z.instanceof(Buffer) }),
      async (input, { allow }) => {
        await allow(
          'lambda:InvokeFunction',
          `arn:aws:lambda:${region}:${buildAccountId}:function:${input.FunctionName}`,
        );
        if (input.FunctionName === 'gone') throw new AwsError('ResourceNotFoundException', 'Function not found', 404);
        jobs.push(JSON.parse(input.Payload.toString())['CodePipeline.job']);
        return {};
      },
    ),
  },
});

const { aws, client, create, ended } = await startPipelines(lambda);

describe('a Lambda action', () => {
  const invoke = (FunctionName: string) => ({
    name: 'Invoke',
    actionTypeId: { category: 'Invoke', owner: 'AWS', provider: 'Lambda', version: '1' },
    configuration: { FunctionName, UserParameters: '{"ServiceName":"web"}' },
    inputArtifacts: [{ name: 'SourceArtifact' }],
    namespace: 'Invoked',
  });

  it('invokes its function with a job without nonce and context, and accepts the result', async () => {
    await create('invoked', [{ name: 'Invoke', actions: [invoke('deploy')] }]);
    const id = await startPipeline(client, 'invoked');
    await aws.clock.advanceUntil(() => jobs.length > 0);
    const [job] = jobs;
    expect(Object.keys(job!)).toEqual(['id', 'accountId', 'data']);
    expect(Object.keys(job!.data).sort()).toEqual([
      'actionConfiguration',
      'artifactCredentials',
      'encryptionKey',
      'inputArtifacts',
      'outputArtifacts',
    ]);
    const result = { jobId: job!.id, outputVariables: { Revision: 'web:7' } };
    await client.send(new PutJobSuccessResultCommand(result));
    await ended('invoked', id, 'SUCCEEDED');
  });

  it.each(Object.keys(assumptions['details-lambda'].answers))(
    'shows its details with GetJobDetails: %s',
    async (answer) => {
      aws.cloud.answers = selectAnswers({ id: 'details-lambda', answer });
      const before = jobs.length;
      await create(`details-${answer}`, [{ name: 'Invoke', actions: [invoke('deploy')] }]);
      await startPipeline(client, `details-${answer}`);
      await aws.clock.advanceUntil(() => jobs.length > before);
      const { id: jobId } = jobs.pop()!;
      const shown = await client.send(new GetJobDetailsCommand({ jobId })).then(
        ({ jobDetails }) => jobDetails?.id,
        ({ name }: Error) => name,
      );
      expect(shown).toBe(answer === 'given' ? jobId : 'JobNotFoundException');
      aws.cloud.answers = selectAnswers();
      await client.send(new PutJobSuccessResultCommand({ jobId }));
    },
  );

  it('fails if the function reports a failure, and if it reports nothing for 20 minutes', async () => {
    await create('refused', [{ name: 'Invoke', actions: [invoke('deploy')] }]);
    const one = await startPipeline(client, 'refused');
    await aws.clock.advanceUntil(() => jobs.length > 1);
    const failureDetails = { type: 'ConfigurationError' as const, message: 'no such service' };
    await client.send(new PutJobFailureResultCommand({ jobId: jobs.at(-1)!.id, failureDetails }));
    await ended('refused', one, 'FAILED');
    const began = aws.clock.now();
    const two = await startPipeline(client, 'refused');
    await ended('refused', two, 'FAILED');
    expect(aws.clock.now() - began).toBe(20 * 60_000);
    expect((await readActionState(client, 'refused', 'Invoke'))?.errorDetails?.message).toMatch(
      /failed to return a result/,
    );
  });

  it('fails if its function cannot be invoked', async () => {
    await create('gone', [{ name: 'Invoke', actions: [invoke('gone')] }]);
    await ended('gone', await startPipeline(client, 'gone'), 'FAILED');
    expect((await readActionState(client, 'gone', 'Invoke'))?.errorDetails).toMatchObject({
      code: 'PermissionError',
      message: expect.stringMatching(/^The provided role does not have permissions/),
    });
  });
});
