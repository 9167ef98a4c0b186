import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { beforeAll, describe, expect, it } from 'vitest';
import { logs } from '../../local/logs.ts';
import { behaviorWith, executionRole } from '../local/ecs-account.ts';
import { testAccountId as testAccount } from '../start.ts';
import { createRolloutAccount, type StartedRollout, testExecutionArn } from './rollout-account.ts';

const { as, asked, begin, cloud, image, may, pass, revision, update } = await createRolloutAccount();
const service = logs(cloud);
cloud.services.set(service.name, service);
const { handler } = await import('../../functions/watch-rollout.ts');

type Seen = Awaited<ReturnType<typeof handler>>;
const watch = (input: StartedRollout, verdict?: Seen) =>
  handler({ execution: testExecutionArn, input: { ...input, verdict } });

const watchToTheEnd = async (input: StartedRollout): Promise<Seen> => {
  let verdict = await watch(input);
  while (verdict.outcome === 'going on') {
    await pass(verdict.waitSeconds);
    verdict = await watch(input, verdict);
  }
  return verdict;
};

const monitoring = new CloudWatchClient(as(testAccount));
const set = (StateValue: 'OK' | 'ALARM') =>
  monitoring.send(new SetAlarmStateCommand({ AlarmName: 'web-5xx', StateValue, StateReason: 'Threshold Crossed' }));

beforeAll(async () => {
  const metric = { MetricName: 'Errors', Namespace: 'Web', Statistic: 'Sum' as const, Period: 60 };
  const rule = { EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' as const };
  await monitoring.send(new PutMetricAlarmCommand({ AlarmName: 'web-5xx', ...metric, ...rule }));
  await new CloudWatchLogsClient(as(testAccount)).send(new CreateLogGroupCommand({ logGroupName: '/ecs/web' }));
  const role = cloud.iam.roles.get(executionRole)!;
  const Statement = [{ Sid: 'Log', Effect: 'Allow', Action: 'logs:*', Resource: '*' }];
  cloud.iam.roles.set(executionRole, {
    ...role,
    policies: { ...role.policies, log: { Version: '2012-10-17', Statement } },
  });
});

describe('Watch Rollout with alarms', () => {
  const watched = (begun: StartedRollout, bakeMinutes = 0): StartedRollout => ({
    ...begun,
    release: { ...begun.release, bakeMinutes },
    plan: { ...begun.plan, alarms: { watched: ['web-5xx'], ignored: [] } },
  });

  it('reads them once per check, and waits for the bake time of a stable rollout', async () => {
    await set('OK');
    const begun = watched(await begin('fine', {}), 5);
    const first = await watch(begun);
    const since = cloud.authorizations.length;
    await watch(begun, first);
    expect([...new Set(asked(since))]).toEqual(['DescribeServices', 'DescribeAlarms']);
    expect(asked(since).filter((operation) => operation === 'DescribeAlarms')).toHaveLength(1);
    const verdict = await watchToTheEnd(begun);
    expect(verdict).toMatchObject({ outcome: 'stable', stableAt: expect.any(String) });
    expect(cloud.clock.now() - Date.parse(verdict.stableAt!)).toBeGreaterThanOrEqual(300_000);
  });

  it('fails with the name of the alarm that goes off', async () => {
    await set('OK');
    const begun = watched(await begin('alarmed', { startSeconds: 60 }));
    const first = await watch(begun);
    await set('ALARM');
    expect(await watch(begun, first)).toMatchObject({
      outcome: 'failed',
      rollBack: 'gantry',
      reason: expect.stringMatching(/rolled back: alarm web-5xx went to ALARM\.\nAlarm web-5xx: Threshold Crossed/),
    });
  });

  it('continues if the role is not allowed to read them any more', async () => {
    await set('OK');
    const begun = watched(await begin('blind', { startSeconds: 60 }));
    await set('ALARM');
    may('ecs:*');
    expect(await watch(begun)).toMatchObject({ outcome: 'going on' });
    may('*');
  });
});

describe('Watch Rollout, if the rollout fails,', () => {
  const logConfiguration = {
    logDriver: 'awslogs' as const,
    options: { 'awslogs-group': '/ecs/web', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'web' },
  };
  /** Releases an image that crashes and logs the reason to CloudWatch Logs. */
  const crash = async (name: string): Promise<StartedRollout> => {
    const begun = await begin(name, {});
    const uri = await image(
      behaviorWith('crash', { afterSeconds: 2, log: ['starting', '\u001b[31mError: no database\u001b[0m'] }),
    );
    const updated = await update(name, { taskDefinition: await revision(uri, { logConfiguration }) });
    const { id, taskDefinition, createdAt } = updated.deployments!.find(({ status }) => status === 'PRIMARY')!;
    const rollout = { deploymentId: id!, taskDefinition: taskDefinition!, startedAt: createdAt!.toISOString() };
    return { ...begun, rollout };
  };

  it('returns the end of the log of the failed container, apart from the reason', async () => {
    const verdict = await watchToTheEnd(await crash('talks'));
    expect(verdict).toMatchObject({
      outcome: 'failed',
      reason: expect.not.stringContaining('no database'),
      log: { container: 'app', lines: ['starting', 'Error: no database'] },
    });
  });

  it('gives its verdict without the log if the role is not allowed to read it', async () => {
    may('ecs:*');
    expect(await watchToTheEnd(await crash('mute'))).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/does not stay up/),
      log: undefined,
    });
    may('*');
  });
});

describe("Watch Rollout, where the role is not allowed to read ECS's history,", () => {
  const withoutHistory = ['ecs:DescribeServices', 'ecs:ListTasks', 'ecs:DescribeTasks', 'ecs:DescribeTaskDefinition'];
  const warning = expect.stringContaining("not allowed to read ECS's deployment history");

  it.each([
    ['fails a crash loop', { startSeconds: 1, then: 'crash' }, { outcome: 'failed', rollBack: 'gantry' }],
    ['sees that a release is stable that took long', { startSeconds: 400 }, { outcome: 'stable', warnings: [warning] }],
  ])('%s, with a warning', async (what, behavior, expected) => {
    const begun = await begin(`denied-${what.split(' ')[0]}`, behavior);
    may(...withoutHistory);
    const verdict = await watchToTheEnd(begun);
    may('*');
    expect(verdict).toMatchObject(expected);
    expect(verdict.warnings).toEqual([warning]);
    if (verdict.outcome === 'failed') expect(verdict.reason).toMatch(/Warning: the target role is not allowed/);
  });
});
