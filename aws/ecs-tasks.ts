import { DescribeTasksCommand, type ECSClient, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import type { Target } from '../core/model/release.ts';
import { shortenForeignText } from '../core/parsing/display-text.ts';
import type { StoppedTask } from '../core/rollout/observed-task.ts';

/** The maximum number of our tasks that are read: enough to show the pattern of any crash loop. */
const enoughTasks = 300;

/**
 * ListTasks and DescribeTasks return 100 tasks at a time (botocore ecs), in no guaranteed order. A rollout of thousands of tasks also stops
 * thousands of old tasks.
 */
const maxPages = 20;

/** Returns the fields of a task that decisions use. */
export const toStoppedTask = (task: Task, loadBalanced: string[]): StoppedTask => ({
  arn: task.taskArn ?? '',
  stopCode: task.stopCode,
  stoppedReason: task.stoppedReason && shortenForeignText(task.stoppedReason),
  createdAt: task.createdAt,
  startedAt: task.startedAt,
  stoppingAt: task.stoppingAt,
  stoppedAt: task.stoppedAt,
  containers: (task.containers ?? []).map(({ name = '', exitCode, reason, healthStatus }) => ({
    name,
    exitCode,
    reason: reason && shortenForeignText(reason),
    unhealthy: healthStatus === 'UNHEALTHY',
    loadBalanced: loadBalanced.includes(name),
  })),
});

/** The deployment (`ecs-svc/…`) whose tasks to list. `isKnown`: whether the caller has read a task (its ARN) before. */
interface StoppedTaskQuery {
  deploymentId: string;
  loadBalanced?: string[] | undefined;
  isKnown?: ((arn: string) => boolean) | undefined;
}

/** Returns the stopped tasks that a deployment started and that the caller does not know, as far back as ECS shows them: an hour, or a little more. */
export async function listStoppedTasks(
  client: ECSClient,
  target: Target,
  { deploymentId, loadBalanced = [], isKnown = () => false }: StoppedTaskQuery,
): Promise<StoppedTask[]> {
  const { cluster, service } = target;
  const found: StoppedTask[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < maxPages && found.length < enoughTasks; page += 1) {
    // ListTasks' own filter by startedBy "must be the only filter that you use", so Gantry lists all stopped tasks of the service.
    const list = new ListTasksCommand({ cluster, serviceName: service, desiredStatus: 'STOPPED', nextToken });
    const { taskArns: listed = [], nextToken: next } = await client.send(list);
    const taskArns = listed.filter((arn) => !isKnown(arn));
    const described =
      taskArns.length === 0 ? undefined : await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
    found.push(
      ...(described?.tasks ?? [])
        .filter(isStoppedTaskOf(deploymentId))
        .map((task) => toStoppedTask(task, loadBalanced)),
    );
    nextToken = next;
    if (nextToken === undefined) break;
  }
  return found;
}

/** desiredStatus STOPPED also lists tasks that are still stopping and have no exit code yet. */
const isStoppedTaskOf =
  (deploymentId: string) =>
  ({ startedBy, lastStatus }: Task): boolean =>
    startedBy === deploymentId && lastStatus === 'STOPPED';
