import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../../core/config/check.ts';
import { detectFailure } from '../../../core/events/failure-signal.ts';
import { parseRollbackRequest } from '../../../core/request/rollback.ts';
import { createRollbackDecision } from '../../../core/rollback/decision-data.ts';
import example from '../../../infra/config.ts';
import { digestOf, pastDeployment, revisionArn, rollbackFacts } from '../rollback/facts.ts';

const [first, second] = example.targets;
const config = validateConfig({
  ...example,
  targets: [{ ...first!, services: [{ ...first!.services[0]!, alarms: ['web-5xx'] }] }, second!],
});
const where = { account: '222222222222', region: 'eu-west-1', time: '2026-11-23T10:00:00Z' };
const alarm = (name: string, dimensions = {}, change = {}) => ({
  ...where,
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  resources: [],
  detail: {
    alarmName: name,
    state: { value: 'ALARM', reason: 'Too many.', timestamp: '2026-11-23T09:59:58.123+0000' },
    configuration: { metrics: [{ expression: 'm1 / m2' }, { metricStat: { metric: { dimensions } } }] },
  },
  ...change,
});
const failed = (service: string, change = {}) => ({
  ...where,
  source: 'aws.ecs',
  'detail-type': 'ECS Deployment State Change',
  resources: [service],
  detail: { eventName: 'SERVICE_DEPLOYMENT_FAILED', deploymentId: 'ecs-svc/1' },
  ...change,
});
const web = 'arn:aws:ecs:eu-west-1:222222222222:service/web-shop/web';

describe('the targets of a failure event are', () => {
  it.each<[what: string, event: object, targets: string[]]>([
    ['the service whose deployment failed', failed(web), ['test/web']],
    ['the service that the configuration gives the alarm', alarm('web-5xx'), ['test/web']],
    ['no service because of its dimensions', alarm('any', { ClusterName: 'web-shop', ServiceName: 'web' }), []],
    ['none if the account is not configured', alarm('web-5xx', {}, { account: '444444444444' }), []],
    [
      'none if an account that is not configured names a configured service',
      failed(web, { account: '444444444444' }),
      [],
    ],
    ['none if the Region is another one', failed(web, { region: 'us-east-1' }), []],
    ['none if the service is not configured', failed(`${web}-2`), []],
  ])('%s', (_, event, targets) => {
    expect(detectFailure(event, config, 'production')?.targets.map(({ name }) => name)).toEqual(targets);
  });

  it.each<[what: string, event: object, candidates: string[]]>([
    ['an alarm that the configuration does not name', alarm('any'), ['test/web']],
    ['an alarm that the configuration names', alarm('web-5xx'), []],
    ['an alarm of a foreign account', alarm('any', {}, { account: '444444444444' }), []],
    ['an alarm of another Region', alarm('any', {}, { region: 'us-east-1' }), []],
    ['an alarm of target tracking', alarm('TargetTracking-service/web-shop/web-AlarmLow-1'), []],
    ['a failed deployment', failed(web), []],
  ])('%s concerns the services whose own deployment configuration names it', (_, event, candidates) => {
    expect(detectFailure(event, config, 'production')?.candidates.map(({ name }) => name)).toEqual(candidates);
  });

  it('the time of an alarm is when it went into ALARM, not when its event was sent', () => {
    const { signal } = detectFailure(alarm('web-5xx'), config, 'production') ?? {};
    expect(signal).toMatchObject({ kind: 'alarm', at: new Date('2026-11-23T09:59:58.123Z') });
  });

  it.each([
    ['a deployment in progress', failed(web, { detail: { eventName: 'SERVICE_DEPLOYMENT_IN_PROGRESS' } })],
    ['an alarm that returns to OK', alarm('web-5xx', {}, { detail: { alarmName: 'web-5xx', state: { value: 'OK' } } })],
    ['an event whose source is not AWS', failed(web, { source: 'someone.else' })],
  ])('%s is not a reason to roll back', (_, event) => {
    expect(detectFailure(event, config, 'production')).toBeUndefined();
    expect(parseRollbackRequest({ event }, config, 'production')).toMatchObject({
      targets: [],
      otherwise: expect.any(String),
    });
  });
});

describe('a manual rollback request', () => {
  it.each([
    [
      'a name',
      { target: 'test/web', revision: 'web:12', by: 'ada', reason: 'slow' },
      { revision: 'web:12', by: 'ada' },
    ],
    ['an ARN', { target: 'test/web', revision: revisionArn('web:12') }, { revision: 'web:12' }],
  ])('names the revision by %s', (_, input, cause) => {
    expect(parseRollbackRequest(input, config, 'production').cause).toMatchObject({ kind: 'hand', ...cause });
  });

  it.each([
    ['an unknown target', { target: 'test/wep' }, 'target: must be one of test/web, prod/web'],
    ['a misspelt field', { target: 'test/web', revison: 'web:1' }, 'There is no property "revison"'],
    [
      "another account's revision",
      { target: 'prod/web', revision: revisionArn('web:1') },
      "must be of the target's own account",
    ],
    ['no field', {}, 'target: must be'],
  ])('with %s is refused, and the message shows a correct input', (_, input, message) => {
    expect(() => parseRollbackRequest(input, config, 'production')).toThrow(message);
    expect(() => parseRollbackRequest(input, config, 'production')).toThrow('A correct input: {"target": "test/web"}');
  });
});

describe('a rollback to a revision', () => {
  const to = (ran: ReturnType<typeof pastDeployment> | undefined) =>
    createRollbackDecision(rollbackFacts(), { do: 'revision', reason: 'why', revision: revisionArn('web:2'), ran });

  it('deploys the digests that the revision ran', () => {
    const decision = to(pastDeployment('web:2', 10));
    expect(decision).toMatchObject({
      revision: revisionArn('web:2'),
      data: {
        release: { images: [{ name: 'app', pinned: expect.stringMatching(`/shop@${digestOf('2')}$`) }], warnings: [] },
        plan: {
          before: { taskDefinition: revisionArn('web:2') },
          baseTaskDefinition: revisionArn('web:2'),
        },
        rollout: { taskDefinition: revisionArn('web:3'), deploymentId: 'ecs-svc/9' },
      },
    });
  });

  it('warns if the digest that ran is unknown', () => {
    expect(to(undefined)).toMatchObject({
      data: { release: { warnings: [expect.stringContaining('app: ECS does not report which digest')] } },
    });
  });
});
