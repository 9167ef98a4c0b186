import { describe, expect, it } from 'vitest';
import { AwsError } from '../../local/aws-error.ts';
import { checkAnswer, checkError } from '../api-model.ts';

const task = (fields: object) => ({ tasks: [{ taskArn: 'arn', containers: [{ name: 'app', ...fields }] }] });

describe('an answer of the embedded AWS', () => {
  it.each<[string, string, string, unknown, string[]]>([
    ['fits the model', 'ecs', 'DescribeTasks', task({ exitCode: 1 }), []],
    ['may omit any field that is not required', 'ecs', 'DescribeTasks', undefined, []],
    ['may contain null, which counts as absent', 'ecs', 'DescribeTasks', task({ exitCode: null }), []],
    ['may have any JSON in a document', 'ecs', 'DescribeServices', hooks({ any: [1] }), []],
    [
      'has a field that AWS does not have',
      'ecs',
      'DescribeTasks',
      task({ stopExitCode: 0 }),
      ['ecs DescribeTasks: the answer.tasks[].containers[].stopExitCode is no field of Container'],
    ],
    [
      'has a text instead of a number',
      'ecs',
      'DescribeTasks',
      task({ exitCode: '1' }),
      ['ecs DescribeTasks: the answer.tasks[].containers[].exitCode is "1"; expected a number'],
    ],
    [
      'has a text instead of a time',
      'ecs',
      'DescribeTasks',
      { tasks: [{ createdAt: '2026-11-23T09:00:00Z' }] },
      ['ecs DescribeTasks: the answer.tasks[].createdAt is "2026-11-23T09:00:00Z"; expected a time'],
    ],
    [
      'has an object instead of a list',
      'ecs',
      'DescribeTasks',
      { tasks: {} },
      ['ecs DescribeTasks: the answer.tasks is {}; expected a list'],
    ],
    [
      'has a time instead of an object',
      'ecs',
      'DescribeTasks',
      { tasks: [new Date(0)] },
      ['ecs DescribeTasks: the answer.tasks[] is "1970-01-01T00:00:00.000Z"; expected an object'],
    ],
    [
      'has a number in a map of texts',
      'codepipeline',
      'PollForJobs',
      job({ Target: 1 }),
      ['codepipeline PollForJobs: the answer.jobs[].data.actionConfiguration.configuration{} is 1; expected a string'],
    ],
    [
      'omits a required field',
      'states',
      'StartExecution',
      { executionArn: 'arn' },
      ['states StartExecution: the answer.startDate is absent; the model requires it'],
    ],
    ['has any field in a task definition', 'ecs', 'DescribeTaskDefinition', { taskDefinition: { later: 1 } }, []],
  ])('%s (%s %s)', (_, service, operation, answer, expected) => {
    expect(checkAnswer(service, operation, answer)).toEqual(expected);
  });

  it('cannot belong to an operation that AWS does not have', () => {
    expect(() => checkAnswer('ecs', 'Count', {})).toThrow("AWS's API of ecs has no operation Count.");
  });
});

function hooks(hookDetails: unknown) {
  return { services: [{ deploymentConfiguration: { lifecycleHooks: [{ hookDetails }] } }] };
}

function job(configuration: unknown) {
  return { jobs: [{ data: { actionConfiguration: { configuration } } }] };
}

describe('an error of the embedded AWS is one', () => {
  it.each([
    ['that the operation declares', 'ecs', 'StopServiceDeployment', 'ConflictException', true],
    ['that every operation can return', 'ecs', 'StopServiceDeployment', 'ThrottlingException', true],
    ['of another operation', 'ecs', 'StopServiceDeployment', 'ServiceNotActiveException', false],
    ['with its name in the query protocol', 'sts', 'AssumeRole', 'PackedPolicyTooLarge', true],
    ["of S3's list of error codes", 's3', 'GetObject', 'NoSuchVersion', true],
    ["of S3's list, but of another service", 'kms', 'Decrypt', 'NoSuchVersion', false],
  ])('%s (%s %s: %s): %s', (_, service, operation, name, isDeclared) => {
    expect(checkError(service, operation, new AwsError(name, ''))).toHaveLength(isDeclared ? 0 : 1);
  });
});
