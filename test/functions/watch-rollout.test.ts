import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { behaviorWith } from '../local/ecs-account.ts';
import { testAccountId as testAccount } from '../start.ts';
import { createRolloutAccount, type StartedRollout, testExecutionArn } from './rollout-account.ts';

const { as, asked, begin, cloud, image, may, pass, revision, update } = await createRolloutAccount();
const { handler } = await import('../../functions/watch-rollout.ts');

type Seen = Awaited<ReturnType<typeof handler>>;
const watch = (input: StartedRollout, verdict?: Seen) =>
  handler({ execution: testExecutionArn, input: { ...input, verdict } });

/** Repeats the machine's loop: check, wait as long as the verdict says, check again. */
const watchToTheEnd = async (input: StartedRollout) => {
  let verdict = await watch(input);
  let seconds = 0;
  while (verdict.outcome === 'going on') {
    await pass(verdict.waitSeconds);
    seconds += verdict.waitSeconds;
    verdict = await watch(input, verdict);
  }
  return { verdict, seconds };
};
const breaker = (rollback: boolean) => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } },
});

describe('Watch Rollout', () => {
  it('reports a rollout as stable, with one call per check', async () => {
    const begun = await begin('fine', {});
    const first = await watch(begun);
    expect(first).toMatchObject({ outcome: 'going on', waitSeconds: 12 });
    const since = cloud.authorizations.length;
    await watch(begun, first);
    const { verdict } = await watchToTheEnd(begun);
    expect([...new Set(asked(since))]).toEqual(['DescribeServices']);
    expect(verdict).toMatchObject({
      outcome: 'stable',
      serviceStatus: { taskDefinition: begun.rollout.taskDefinition, desired: 2, running: 2, pending: 0 },
    });
  });

  it('reports a service with desired count 0 as stable', async () => {
    const { verdict } = await watchToTheEnd(await begin('idle', {}, { desiredCount: 0 }));
    expect(verdict).toMatchObject({ outcome: 'stable', serviceStatus: { desired: 0 } });
  });

  it.each([
    ['has rolled back already, because the old tasks still ran', true, 'none', 'old'],
    ['leaves to Gantry', false, 'gantry', 'new'],
  ])('reports a failure if the circuit breaker fires, which ECS %s', async (_, rollback, rollBack, on) => {
    const begun = await begin(`breaker-${rollBack}`, behaviorWith('crash', { exitCode: 3 }), breaker(rollback));
    const { verdict } = await watchToTheEnd(begun);
    expect(verdict).toMatchObject({
      outcome: 'failed',
      rollBack,
      reason: expect.stringMatching(/Essential container in task exited: app exited with code 3/),
      serviceStatus: { taskDefinition: (on === 'old' ? begun.plan.before : begun.rollout).taskDefinition },
    });
  });

  it("names the alarm that fired, with CloudWatch's reason", async () => {
    const monitoring = new CloudWatchClient(as(testAccount));
    const alarm = { AlarmName: '5xx', MetricName: 'Errors', Namespace: 'Shop', Period: 60, EvaluationPeriods: 1 };
    await monitoring.send(
      new PutMetricAlarmCommand({
        ...alarm,
        Statistic: 'Sum',
        Threshold: 5,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    const alarms = { alarmNames: ['5xx'], enable: true, rollback: false };
    const begun = await begin('alarmed', {}, { deploymentConfiguration: { alarms } });
    await pass(5);
    const StateReason = 'Threshold Crossed: 1 datapoint [9.0] was greater than the threshold (5.0).';
    await monitoring.send(new SetAlarmStateCommand({ AlarmName: '5xx', StateValue: 'ALARM', StateReason }));
    const { verdict } = await watchToTheEnd(begun);
    expect(verdict).toMatchObject({
      outcome: 'failed',
      rollBack: 'gantry',
      reason: expect.stringContaining(`Alarm 5xx: ${StateReason}`),
    });
  });

  it('fails a crash loop without a circuit breaker long before the deadline', async () => {
    const begun = await begin('loop', behaviorWith('crash', { exitCode: 137, startSeconds: 1, afterSeconds: 4 }));
    const { verdict, seconds } = await watchToTheEnd(begun);
    expect(verdict).toMatchObject({
      outcome: 'failed',
      rollBack: 'gantry',
      reason: expect.stringMatching(/does not stay up: \d+ tasks stopped for the same cause.*killed \(SIGKILL\)/),
    });
    expect(seconds).toBeLessThan(300);
  });

  it('fails once a retry did not find the image either', async () => {
    const { verdict, seconds } = await watchToTheEnd(await begin('absent', 'missing'));
    expect(verdict).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/trying again did not help: CannotPullContainerError/),
    });
    expect(seconds).toBeLessThan(120);
  });

  it("fails at the release's deadline", async () => {
    const { verdict, seconds } = await watchToTheEnd(await begin('slow', { startSeconds: 3000 }, { minutes: 5 }));
    expect(verdict).toMatchObject({
      outcome: 'failed',
      rollBack: 'gantry',
      reason: expect.stringContaining('was not stable at its deadline'),
    });
    expect(seconds).toBeLessThanOrEqual(302);
  });

  it('names the deployment that superseded the release', async () => {
    const begun = await begin('overtaken', { startSeconds: 60 });
    const first = await watch(begun);
    const other = await update('overtaken', { taskDefinition: await revision(await image()) });
    expect(await watch(begun, first)).toMatchObject({
      outcome: 'superseded',
      by: { deploymentId: other.deployments![0]!.id, taskDefinition: other.taskDefinition },
    });
  });

  it('follows a newer deployment with the same images to its end', async () => {
    const begun = await begin('followed', { startSeconds: 60 });
    const sameImage = await revision(begun.release.images[0]!.pinned, { cpu: 64 });
    const other = await update('followed', { taskDefinition: sameImage });
    const { verdict } = await watchToTheEnd(begun);
    expect(verdict).toMatchObject({ outcome: 'stable', following: { deploymentId: other.deployments![0]!.id } });
  });

  it('needs no permission for details to reach its verdict', async () => {
    may('ecs:DescribeServices', 'ecs:*ServiceDeployments', 'ecs:DescribeServiceRevisions');
    const { verdict } = await watchToTheEnd(await begin('blind', behaviorWith('crash'), breaker(true)));
    may('*');
    expect(verdict).toMatchObject({ outcome: 'failed', reason: expect.not.stringContaining('Stopped tasks') });
  });

  it('says which permission it lacks if it cannot read the service', async () => {
    const begun = await begin('forbidden', {});
    may('ecs:ListTasks');
    await expect(watch(begun)).rejects.toMatchObject({
      name: 'PermissionError',
      message: expect.stringContaining('ecs:DescribeServices'),
    });
    may('*');
  });

  it('fails if the service does not exist', async () => {
    const begun = await begin('lost', {});
    const release = { ...begun.release, target: { ...begun.release.target, service: 'never' } };
    expect(await watch({ ...begun, release })).toMatchObject({
      outcome: 'failed',
      rollBack: 'none',
      reason: expect.stringContaining('MISSING'),
    });
  });
});
