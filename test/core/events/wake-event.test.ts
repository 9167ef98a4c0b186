import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../../core/config/check.ts';
import { parseWakeEvent } from '../../../core/events/wake-event.ts';
import example from '../../../infra/config.ts';

const from = {
  version: '0',
  id: '5d1a4f6e-2c8b-4e0c-9d7a-4b3f6a1e8c20',
  account: '222222222222',
  region: 'eu-west-1',
  time: '2026-11-23T09:00:00Z',
};
const arn = 'arn:aws:ecs:eu-west-1:222222222222';
const service = `${arn}:service/web-shop/web`;

const deployment = (eventName: string, more: object = {}) => ({
  ...from,
  source: 'aws.ecs',
  'detail-type': 'ECS Deployment State Change',
  resources: [service],
  detail: { eventType: 'INFO', eventName, deploymentId: 'ecs-svc/7', updatedAt: from.time, reason: 'because' },
  ...more,
});
const hook = (eventName: string, more: object = {}, detail: object = {}) => ({
  ...deployment(eventName),
  'detail-type': 'ECS Hook State Change',
  resources: [`${service.replace(':service/', ':service-deployment/')}/abc`],
  detail: { eventType: 'INFO', eventName, hookId: 'ecs-pause-1', hookType: 'PAUSE', serviceArn: service, ...detail },
  ...more,
});
const action = {
  ...deployment('SERVICE_TASK_START_IMPAIRED'),
  'detail-type': 'ECS Service Action',
  detail: { eventType: 'WARN', eventName: 'SERVICE_TASK_START_IMPAIRED', clusterArn: `${arn}:cluster/web-shop` },
};
const task = (detail: object = {}, more: object = {}) => ({
  ...from,
  source: 'aws.ecs',
  'detail-type': 'ECS Task State Change',
  resources: [`${arn}:task/web-shop/0123456789abcdef`],
  detail: { clusterArn: `${arn}:cluster/web-shop`, group: 'service:web', lastStatus: 'STOPPED', ...detail },
  ...more,
});
const alarm = (name: string) => ({
  ...from,
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  resources: [`arn:aws:cloudwatch:eu-west-1:222222222222:alarm:${name}`],
  detail: { alarmName: name, state: { value: 'ALARM', reason: 'Too many.', timestamp: from.time } },
});

const [first, ...others] = example.targets;
const config = validateConfig({
  ...example,
  targets: [{ ...first!, services: [{ ...first!.services[0]!, alarms: ['web-5xx'] }] }, ...others],
});
const polled = validateConfig({
  ...config,
  targets: config.targets.map((one) => ({ ...one, events: 'none' as const })),
});

const parse = (event: unknown, usedConfig = config) => {
  const { targets, startedDeployment } = parseWakeEvent(event, usedConfig, 'production');
  return [targets.map(({ name }) => name), startedDeployment];
};

describe('an event', () => {
  it.each([
    ['of a completed deployment', deployment('SERVICE_DEPLOYMENT_COMPLETED'), undefined],
    ['of a failed deployment', deployment('SERVICE_DEPLOYMENT_FAILED'), undefined],
    ['of a started deployment, whose id it returns,', deployment('SERVICE_DEPLOYMENT_IN_PROGRESS'), 'ecs-svc/7'],
    ['of a hook that waits for a person', hook('HOOK_AWAITING_ACTION'), undefined],
    ['of a hook that somebody continued', hook('HOOK_SUCCEEDED'), undefined],
    ['of a hook that somebody rolled back', hook('HOOK_FAILED'), undefined],
    ['of a hook whose time is over, without a resource,', hook('HOOK_TIMED_OUT', { resources: undefined }), undefined],
    ['of an alarm that is configured for the service', alarm('web-5xx'), undefined],
  ])('%s wakes the executions of the service', (_, event, startedDeployment) => {
    expect(parse(event)).toEqual([['test/web'], startedDeployment]);
  });

  it.each([
    ['a task that starts', task({ lastStatus: 'RUNNING' })],
    ['a stopped task', task()],
    ['a task that failed', task({ stopCode: 'EssentialContainerExited' })],
    ['a hook whose function runs', hook('HOOK_IN_PROGRESS')],
    ['a hook of another service', hook('HOOK_FAILED', {}, { serviceArn: `${service}-2` })],
    ['a hook, from another account than its service', hook('HOOK_FAILED', { account: '444444444444' })],
    ['a hook, from another source', hook('HOOK_FAILED', { source: 'my.ecs' })],
    ['a service that cannot start its tasks', action],
    [
      "the start of ECS's rollback",
      deployment('SERVICE_DEPLOYMENT_IN_PROGRESS', {
        detail: {
          eventName: 'SERVICE_DEPLOYMENT_IN_PROGRESS',
          deploymentId: 'ecs-svc/8',
          reason: 'ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/6.',
        },
      }),
    ],
    [
      'a service in another account than the event',
      deployment('SERVICE_DEPLOYMENT_FAILED', { account: '444444444444' }),
    ],
    ['another service', deployment('SERVICE_DEPLOYMENT_COMPLETED', { resources: [`${service}-2`] })],
    ['another Region', deployment('SERVICE_DEPLOYMENT_COMPLETED', { region: 'eu-west-2' })],
    ['no service at all', deployment('SERVICE_DEPLOYMENT_COMPLETED', { resources: [] })],
    ['another source', { ...deployment('SERVICE_DEPLOYMENT_FAILED'), source: 'my.ecs' }],
    ['an alarm of no configured service', alarm('web-memory')],
    ['an object that is no event', { hello: 'world' }],
    ['null', null],
  ])('of %s wakes nothing', (_, event) => {
    expect(parse(event)).toEqual([[], undefined]);
  });

  it('of a service whose rollouts are polled wakes nothing', () => {
    expect(parse(deployment('SERVICE_DEPLOYMENT_FAILED'), polled)).toEqual([[], undefined]);
  });
});
