import { describe, expect, it } from 'vitest';
import { createExecutionInputForJob, createExecutionNameForJob, parseOfferedJob } from '../../../core/request/job.ts';
import { parseTakeJobEvent } from '../../../core/request/take-job-event.ts';

const id = '11111111-aaaa-4bbb-8ccc-000000000001';
const action = '22222222-aaaa-4bbb-8ccc-000000000002';
const secrets = { accessKeyId: 'AKIDHIDDEN', secretAccessKey: 'SECRETHIDDEN', sessionToken: 'TOKENHIDDEN' };
const artifacts = [
  {
    name: 'Built',
    revision: 'abc',
    location: { type: 'S3', s3Location: { bucketName: 'bucket', objectKey: 'web/Built/1' } },
  },
];
const offered = {
  id,
  nonce: '3',
  accountId: '111111111111',
  data: {
    actionTypeId: { category: 'Deploy', owner: 'Custom', provider: 'Gantry', version: '1' },
    actionConfiguration: { configuration: { ClusterName: 'web', ServiceName: 'web' } },
    pipelineContext: {
      pipelineName: 'web-shop',
      pipelineArn: 'arn:aws:codepipeline:eu-west-1:111111111111:web-shop',
      pipelineExecutionId: 'p-1',
      stage: { name: 'Test' },
      action: { name: 'Deploy', actionExecutionId: action },
    },
    inputArtifacts: artifacts,
    outputArtifacts: [],
    artifactCredentials: secrets,
    encryptionKey: { id: 'arn:aws:kms:eu-west-1:111111111111:key/k', type: 'KMS' },
  },
};
const invoked = (UserParameters?: string) => ({
  'CodePipeline.job': {
    id,
    accountId: '111111111111',
    data: {
      actionConfiguration: { configuration: { FunctionName: 'take-job', ...(UserParameters && { UserParameters }) } },
      inputArtifacts: [{ ...artifacts[0], revision: null }],
      outputArtifacts: [],
      artifactCredentials: secrets,
    },
  },
});
const jobOf = (event: unknown) => {
  const wake = parseTakeJobEvent(event);
  return wake.poll ? undefined : wake.job;
};

describe('a job', () => {
  it('contains the fields of the offer that the execution needs, and no credentials', () => {
    expect(parseOfferedJob(offered)).toEqual({
      id,
      nonce: '3',
      actionExecutionId: action,
      pipeline: { name: 'web-shop', executionId: 'p-1', stage: 'Test', action: 'Deploy' },
      configuration: { ClusterName: 'web', ServiceName: 'web' },
      artifact: { name: 'Built', revision: 'abc', bucket: 'bucket', key: 'web/Built/1' },
      encryptionKey: 'arn:aws:kms:eu-west-1:111111111111:key/k',
    });
    expect(createExecutionInputForJob(parseOfferedJob(offered))).not.toContain('HIDDEN');
  });

  it('becomes the same execution input for any order of its fields', () => {
    const turned = { data: Object.fromEntries(Object.entries(offered.data).reverse()), nonce: '3', id };
    expect(createExecutionInputForJob(parseOfferedJob(turned))).toBe(
      createExecutionInputForJob(parseOfferedJob(offered)),
    );
  });

  it('of a Lambda invoke action has the properties as JSON in UserParameters, and no nonce', () => {
    const job = jobOf(invoked('{"ClusterName": "web", "DeploymentTimeout": 30, "RollBackOnFailure": false}'));
    expect(job).toEqual({
      id,
      configuration: { ClusterName: 'web', DeploymentTimeout: '30', RollBackOnFailure: 'false' },
      artifact: { name: 'Built', bucket: 'bucket', key: 'web/Built/1' },
    });
    expect(JSON.stringify(job)).not.toContain('HIDDEN');
  });

  it.each([
    ['no JSON', 'web'],
    ['a list', '["web"]'],
    ['an object within an object', '{"ClusterName": {}}'],
    ['nothing', undefined],
  ])('keeps UserParameters of %s unchanged, so that the state machine can report the error', (_what, parameters) => {
    expect(jobOf(invoked(parameters))?.configuration).toEqual(
      parameters === undefined
        ? { FunctionName: 'take-job' }
        : { FunctionName: 'take-job', UserParameters: parameters },
    );
  });

  it("determines the execution's name: the action execution's id, else the job's id", () => {
    expect(createExecutionNameForJob(parseOfferedJob(offered))).toBe(action);
    expect(createExecutionNameForJob(jobOf(invoked('{}'))!)).toBe(id);
    expect(createExecutionNameForJob({ id: `a b:${'c'.repeat(99)}` })).toBe(`a-b-${'c'.repeat(76)}`);
  });
});

describe('an event of take-job', () => {
  it.each([
    [
      'a started action',
      {
        'detail-type': 'CodePipeline Action Execution State Change',
        detail: { state: 'STARTED', version: 2.0, type: { version: 1 } },
      },
    ],
    [
      'the same, with a newer field',
      {
        'detail-type': 'CodePipeline Action Execution State Change',
        detail: { 'action-execution-id': action },
        extra: 1,
      },
    ],
    ['the schedule', { 'detail-type': 'Scheduled Event', detail: {} }],
  ])('can be %s, which requests a poll', (_what, event) => {
    expect(parseTakeJobEvent(event)).toEqual({ poll: true });
  });

  it.each([
    ['another event', { 'detail-type': 'ECS Task State Change' }],
    ['a job without an id', { 'CodePipeline.job': { data: {} } }],
    ['nothing', null],
  ])('cannot be %s', (_what, event) => {
    expect(() => parseTakeJobEvent(event)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', message: expect.stringContaining('take-job is woken by') }),
    );
  });
});
