import { DescribeTasksCommand, type ECSClient, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import type { Target } from '../core/deployment.ts';
import type { StoppedTask } from '../core/look.ts';

/** ListTasks and DescribeTasks take 100 at a time (botocore ecs); three pages show the pattern of any crash loop. */
const pages = 3;

const stoppedTaskOf = (task: Task): StoppedTask => ({
  arn: task.taskArn ?? '',
  stopCode: task.stopCode,
  stoppedReason: task.stoppedReason,
  createdAt: task.createdAt,
  startedAt: task.startedAt,
  stoppedAt: task.stoppedAt ?? task.stoppingAt,
  containers: (task.containers ?? []).map(({ name = '', exitCode, reason }) => ({ name, exitCode, reason })),
});

/** The tasks that a deployment (`ecs-svc/…`) started and that have stopped, as far back as ECS shows them: an hour, or a little more. */
export async function stoppedTasks(client: ECSClient, target: Target, deploymentId: string): Promise<StoppedTask[]> {
  const { cluster, service } = target;
  const found: Task[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < pages; page += 1) {
    // ListTasks' own filter by startedBy "must be the only filter that you use", so all stopped tasks of the service are asked for.
    const list = new ListTasksCommand({ cluster, serviceName: service, desiredStatus: 'STOPPED', nextToken });
    const { taskArns = [], nextToken: next } = await client.send(list);
    if (taskArns.length > 0)
      found.push(...((await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))).tasks ?? []));
    nextToken = next;
    if (nextToken === undefined) break;
  }
  // desiredStatus STOPPED also lists tasks that are still on their way down, without an exit code yet.
  return found
    .filter(({ startedBy, lastStatus }) => startedBy === deploymentId && lastStatus === 'STOPPED')
    .map(stoppedTaskOf);
}
