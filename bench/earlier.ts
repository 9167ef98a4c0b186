import { cluster } from './config.ts';
import { type BenchEnvironment, type BenchService, pushImage, registerRevision } from './environment.ts';
import type { Scenario } from './scenarios.ts';
import { describeDeployments } from './service.ts';

/** The service of a scenario, and the revision that runs before the release. */
interface PreparedService extends BenchService {
  scenario: Scenario;
  before: string;
}

/** Performs the scenario's earlier events on the cell's service, and waits until they are over. */
export async function prepareEarlierEvents(environment: BenchEnvironment, cell: PreparedService): Promise<void> {
  const { name, account, before, scenario } = cell;
  if (scenario.earlier === 'a bad release') await deployBadRelease(environment, cell);
  if (scenario.earlier === 'deregistered')
    await environment.target(account)('ecs', 'DeregisterTaskDefinition', { taskDefinition: before });
  if (scenario.earlier === 'role deleted')
    environment.running.cloud.iam.roles.delete(`arn:aws:iam::${account}:role/${cell.role ?? name}`);
}

/** Another deployer's release without automatic rollback. The release has FAILED, and the service stays on the release's revision. */
async function deployBadRelease(environment: BenchEnvironment, cell: PreparedService): Promise<void> {
  const image = await pushImage(environment, `${cell.name}-bad`, '{"startSeconds":1,"then":"crash"}');
  const taskDefinition = await registerRevision(environment, cell, image);
  await environment.target(cell.account)('ecs', 'UpdateService', { cluster, service: cell.name, taskDefinition });
  for (;;) {
    const { primary } = await describeDeployments(environment, cell);
    if (primary?.rolloutState === 'FAILED') return;
    await environment.wait(1_000);
  }
}

/** The time after which every reaction to an alarm has ended, in ms. */
const reactionMs = 20_000;

/**
 * An alarm like those of target tracking (docs.aws.amazon.com/autoscaling/application/userguide, target tracking) goes to ALARM, as such an alarm does when the
 * service should scale in.
 */
export async function triggerScalingAlarm(
  environment: BenchEnvironment,
  { name, account }: BenchService,
): Promise<void> {
  const AlarmName = `TargetTracking-service/${cluster}/${name}-AlarmLow-0f0e0d0c-0b0a-4908-8706-050403020100`;
  const cloudWatch = (operation: string, input: object) => environment.target(account)('monitoring', operation, input);
  await cloudWatch('PutMetricAlarm', {
    AlarmName,
    Namespace: 'AWS/ECS',
    MetricName: 'CPUUtilization',
    Dimensions: [
      { Name: 'ClusterName', Value: cluster },
      { Name: 'ServiceName', Value: name },
    ],
    Statistic: 'Average',
    Period: 60,
    EvaluationPeriods: 15,
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 45,
  });
  await cloudWatch('SetAlarmState', { AlarmName, StateValue: 'ALARM', StateReason: 'Threshold crossed.' });
  await environment.wait(reactionMs);
}
