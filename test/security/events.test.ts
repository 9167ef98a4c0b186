import { describe, expect, it } from 'vitest';
import example from '../../infra/config.ts';
import { declareSystem } from '../../infra/system.ts';
import { compileEventPattern } from '../../local/events/pattern.ts';
import { runRefused } from './attempts.ts';

const { handler: decideRollback } = await import('../../functions/decide-rollback.ts');
const { handler: takeJob } = await import('../../functions/take-job.ts');
const { handler: reportDead } = await import('../../functions/report-dead-execution.ts');

const execution = 'arn:aws:states:eu-west-1:111111111111:execution:rollback:1';
const service = 'arn:aws:ecs:eu-west-1:222222222222:service/web-shop/web';
const failed = (changes: object) => ({
  version: '0',
  id: '1',
  source: 'aws.ecs',
  'detail-type': 'ECS Deployment State Change',
  account: '222222222222',
  region: 'eu-west-1',
  time: '2026-11-23T10:00:00Z',
  resources: [service],
  detail: { eventName: 'SERVICE_DEPLOYMENT_FAILED', deploymentId: 'ecs-svc/1', account: '222222222222' },
  ...changes,
});
const alarm = (changes: object) => ({
  ...failed({}),
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  resources: ['arn:aws:cloudwatch:eu-west-1:222222222222:alarm:web-5xx'],
  detail: {
    alarmName: 'web-5xx',
    state: { value: 'ALARM' },
    configuration: {
      metrics: [{ metricStat: { metric: { dimensions: { ClusterName: 'web-shop', ServiceName: 'web' } } } }],
    },
  },
  ...changes,
});

describe('an event that claims to concern a configured service starts nothing', () => {
  const noReason = 'is no reason to roll back';
  it.each<[string, object, string]>([
    [
      'if it comes from a foreign account and names the service',
      failed({ account: '999999999999' }),
      `about no service of gantry.config.ts: ${service} in account 999999999999`,
    ],
    [
      'if it comes from one target account and names a service of another',
      failed({ account: '333333333333' }),
      'about no service',
    ],
    ['if it comes from another Region', failed({ region: 'us-east-1' }), 'about no service'],
    [
      'if a foreign alarm has the dimensions of the service',
      alarm({ account: '999999999999' }),
      'the alarm web-5xx in account 999999999999',
    ],
    ['if it has another source', failed({ source: 'my.ecs' }), noReason],
    ['if Gantry itself sent it', failed({ source: 'gantry' }), noReason],
    ['if it has no account', failed({ account: undefined }), noReason],
    [
      'if its fields are those of the prototype',
      JSON.parse('{"detail-type": "ECS Deployment State Change", "__proto__": {"account": "222222222222"}}'),
      noReason,
    ],
  ])('%s', async (_, event, reason) => {
    const { message, lines } = await runRefused(decideRollback, { execution, input: { event } });
    expect(message).toMatch(/^it was let in: \{"do":"nothing"/);
    expect(message).toContain(reason);
    expect(lines.map(({ message: line }) => line)).toContain('The rollback: nothing');
  });

  it.each<[string, unknown, object]>([
    ['a job that CodePipeline did not send', takeJob, { 'detail-type': 'My Job', job: { id: 'x' } }],
    ['a job without its data', takeJob, { 'CodePipeline.job': { id: 'x' } }],
    [
      'the end of an execution that does not exist',
      reportDead,
      { 'detail-type': 'Execution', detail: { input: '{"job":{"id":"x"}}' } },
    ],
  ])('%s is refused', async (_, handler, event) => {
    const { name, lines } = await runRefused(handler, event);
    expect([name, lines.at(-1)?.level]).toEqual(['ConfigurationError', 'ERROR']);
  });
});

describe('the bus', () => {
  const system = declareSystem(example, { stage: 'production', keyArn: 'arn:aws:kms:eu-west-1:111111111111:key/1' });

  it('allows only the target accounts, and only to put events', () => {
    expect(system.bus.map(({ statement }) => [statement.Principal, statement.Action])).toEqual(
      ['222222222222', '333333333333'].map((account) => [
        { AWS: [`arn:aws:iam::${account}:root`] },
        ['events:PutEvents'],
      ]),
    );
  });

  it.each(system.rules.filter(({ account }) => account === '111111111111').map((rule) => [rule.name, rule] as const))(
    'the pattern of %s matches only the accounts whose events it needs',
    (_, { pattern }) => {
      const { id } = system.rules.find((rule) => rule.pattern === pattern)!.target;
      const fromTargets = ['rollback', 'wake'].includes(id);
      expect(pattern.account).toEqual(fromTargets ? ['222222222222', '333333333333'] : ['111111111111']);
    },
  );

  it('does not pass the end of a foreign execution to the function that fails jobs', () => {
    const rule = system.rules.find(({ name }) => name.endsWith('report-dead-execution'))!;
    const matches = compileEventPattern(JSON.stringify(rule.pattern));
    const ended = {
      source: 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      account: '111111111111',
      detail: { stateMachineArn: system.machine.arn, status: 'FAILED' },
    };
    expect(matches(ended)).toBe(true);
    expect(matches({ ...ended, account: '222222222222' })).toBe(false);
    expect(matches({ ...ended, detail: { ...ended.detail, stateMachineArn: `${system.machine.arn}-of-mine` } })).toBe(
      false,
    );
  });
});
