import type { DeploymentTaskCounts, ServiceStatus } from '../model/service-status.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import { formatCount } from '../parsing/count.ts';
import type { ObservedService } from './observation.ts';

/** Returns the service's status, with the task counts of each deployment that ECS lists, newest first. */
export const toServiceStatus = (service: ObservedService): ServiceStatus => ({
  taskDefinition: service.taskDefinition,
  desired: service.desired,
  running: service.running,
  pending: service.pending,
  deployments: service.deployments
    .toSorted((a, b) => Number(b.status === 'PRIMARY') - Number(a.status === 'PRIMARY'))
    .map(({ taskDefinition, desired, running, pending }) => ({ taskDefinition, desired, running, pending })),
});

/** `2 of web:2`; tasks that an older deployment of the same revision started are marked as such. */
function formatOtherTasks(newest: string, others: DeploymentTaskCounts[]): string[] {
  const groups = Map.groupBy(
    others.filter(({ running }) => running > 0),
    ({ taskDefinition }) => taskDefinition,
  );
  return [...groups].map(([taskDefinition, group]) => {
    const running = group.reduce((sum, one) => sum + one.running, 0);
    return `${running} ${taskDefinition === newest ? 'older ' : ''}of ${parseRevisionName(taskDefinition)}`;
  });
}

/**
 * Task counts as a clause: `0 of 2 tasks of web:3 run; 2 of web:2`. Takes one deployment and the service's other deployments. Does not use the
 * service's own runningCount, which counts the tasks of all revisions (botocore ecs `Service`).
 */
export function formatTaskCounts(one: DeploymentTaskCounts, others: DeploymentTaskCounts[] = []): string {
  const own = `${one.running} of ${formatCount(one.desired, 'task')} of ${parseRevisionName(one.taskDefinition)} ${one.running === 1 ? 'runs' : 'run'}`;
  return [own, ...formatOtherTasks(one.taskDefinition, others)].join('; ');
}

/** Returns the revision of the service, and the revisions of the tasks that run: `web:3 (0 of 2 tasks of web:3 run; 2 of web:2)`. */
export function formatServiceStatus({ taskDefinition, deployments = [] }: ServiceStatus): string {
  const [newest, ...others] = deployments;
  const name = parseRevisionName(taskDefinition);
  return newest === undefined ? name : `${name} (${formatTaskCounts(newest, others)})`;
}
