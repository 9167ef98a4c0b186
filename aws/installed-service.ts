import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import type { Target } from '../core/model/release.ts';
import type { Tag } from '../core/task-definition/raw.ts';
import { describeService } from './ecs.ts';
import type { SessionCredentials } from './sts.ts';

/** A service, what its task definition names, and the states of alarms (`undefined`: no such alarm). */
export interface InstalledService {
  status: string;
  controller: string;
  /** The ARN of the revision that runs, and its family. */
  revision?: string | undefined;
  family: string;
  containers: string[];
  /** The ARNs of the roles that Gantry passes when it registers a copy of the revision. */
  roles: string[];
  /** The tags of the revision that runs. */
  tags: Tag[];
  alarms: { name: string; state: string | undefined; actions?: string[] | undefined }[];
}

/** Returns the target's service. If it does not exist, says whether the cluster or the service is missing. Uses the caller's own credentials if none are given. */
export async function readInstalledService(
  target: Target,
  alarms: string[],
  credentials?: SessionCredentials,
): Promise<InstalledService | 'no cluster' | 'no service'> {
  const clientConfig = { region: target.region, ...(credentials && { credentials }) };
  const ecs = new ECSClient(clientConfig);
  const service = await describeService(ecs, target);
  if (typeof service === 'string') return service;
  const { taskDefinition, tags = [] } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: service.taskDefinition, include: ['TAGS'] }),
  );
  const { enable = false, alarmNames = [] } = service.deploymentConfiguration?.alarms ?? {};
  const names = [...new Set([...alarms, ...(enable ? alarmNames : [])])];
  return {
    status: service.status ?? 'unknown',
    controller: service.deploymentController?.type ?? 'ECS',
    revision: taskDefinition?.taskDefinitionArn,
    family: taskDefinition?.family ?? 'unknown',
    containers: (taskDefinition?.containerDefinitions ?? []).flatMap(({ name }) => name ?? []),
    roles: [taskDefinition?.executionRoleArn, taskDefinition?.taskRoleArn].flatMap((arn) => arn ?? []),
    tags: tags.map(({ key = '', value = '' }) => ({ key, value })),
    alarms: names.length === 0 ? [] : await readAlarmStates(new CloudWatchClient(clientConfig), names),
  };
}

async function readAlarmStates(client: CloudWatchClient, names: string[]): Promise<InstalledService['alarms']> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(
    new DescribeAlarmsCommand({ AlarmNames: names, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
  );
  const found = new Map([...MetricAlarms, ...CompositeAlarms].map((one) => [one.AlarmName, one]));
  return names.map((name) => ({
    name,
    state: found.get(name)?.StateValue,
    actions: found.get(name)?.AlarmActions,
  }));
}
