import { describe, expect, it } from 'vitest';
import { extractLogKeys } from '../../../core/reporting/log-keys.ts';

const execution = 'arn:aws:states:eu-west-1:111111111111:execution:deploy:1';

describe('the log keys', () => {
  it.each([
    [
      'a state after Read Images',
      { execution, input: { job: { id: 'j' }, release: { target: { cluster: 'c', service: 's', roleArn: 'r' } } } },
      { execution, service: 'c/s', job: 'j' },
    ],
    [
      'a job before Read Images',
      { execution, input: { job: { id: 'j', configuration: { ClusterName: 'c', ServiceName: 's' } } } },
      { execution, service: 'c/s', job: 'j' },
    ],
    [
      'a job without properties',
      { execution, input: { job: { id: 'j', configuration: {} } } },
      { execution, job: 'j' },
    ],
    ['a target by name', { execution, input: { given: { target: 'test/web' } } }, { execution, service: 'test/web' }],
    [
      'a target and a service of it',
      { execution, input: { given: { target: 'test', service: 'web' } } },
      { execution, service: 'test/web' },
    ],
    [
      'a target by its fields',
      { execution, input: { given: { target: { cluster: 'c', service: 's' } } } },
      { execution, service: 'c/s' },
    ],
    [
      "one of Gantry's own events",
      { source: 'gantry', detail: { execution, service: { account: '2', region: 'r', cluster: 'c', name: 's' } } },
      { execution, service: 'c/s' },
    ],
    ['an event of ECS', { source: 'aws.ecs', detail: { deploymentId: 'ecs-svc/1' } }, {}],
    ['an invoked job', { 'CodePipeline.job': { id: 'j', data: {} } }, { job: 'j' }],
    ['a scheduled event', { 'detail-type': 'Scheduled Event' }, {}],
    ['values of other types', { execution: 1, input: { job: 'x', given: { target: 7 } } }, {}],
    ['a very long id', { execution: 'x'.repeat(9999) }, {}],
    ['a value that is not an object', 'text', {}],
  ])('contain the execution, the service and the job of %s', (_what, event, logged) => {
    expect(extractLogKeys(event)).toEqual(logged);
  });

  it('contain nothing else', () => {
    const event = { 'CodePipeline.job': { id: 'j', data: { artifactCredentials: { secretAccessKey: 'hidden' } } } };
    expect(JSON.stringify(extractLogKeys(event))).not.toContain('hidden');
  });
});
