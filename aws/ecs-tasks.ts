import { DescribeTasksCommand, type ECSClient, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import type { Target } from '../core/model/release.ts';
import { shortenForeignText } from '../core/parsing/display-text.ts';
import type { StoppedTask } from '../core/rollout/observed-task.ts';

/** The number of our tasks that are read if the caller names none. */
const defaultEnough = 300;

/** ListTasks and DescribeTasks return 100 tasks at a time (botocore ecs), in no guaranteed order. */
const pageSize = 100;

/** The most pages of other deployments' tasks: a rollout of thousands of tasks also stops thousands of old tasks. */
const maxForeignPages = 17;

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

/**
 * The deployment (`ecs-svc/…`) whose tasks to list. `enough`: the number of its tasks at which to end, rounded up to whole pages. `known`: the ARNs of
 * stopped tasks of any deployment that were read before. New ones are added.
 */
interface StoppedTaskQuery {
  deploymentId: string;
  enough?: number | undefined;
  loadBalanced?: string[] | undefined;
  known?: Set<string> | undefined;
}

/** Returns the stopped tasks that a deployment started and that the caller does not know, as far back as ECS shows them: an hour, or a little more. */
export async function listStoppedTasks(
  client: ECSClient,
  target: Target,
  { deploymentId, enough = defaultEnough, loadBalanced = [], known = new Set() }: StoppedTaskQuery,
): Promise<StoppedTask[]> {
  const { cluster, service } = target;
  const found: StoppedTask[] = [];
  const read: string[] = [];
  const maxPages = maxForeignPages + Math.ceil(enough / pageSize);
  let nextToken: string | undefined;
  for (let page = 0; page < maxPages && found.length < enough; page += 1) {
    // ListTasks' own filter by startedBy "must be the only filter that you use", so Gantry lists all stopped tasks of the service.
    const list = new ListTasksCommand({ cluster, serviceName: service, desiredStatus: 'STOPPED', nextToken });
    const { taskArns: listed = [], nextToken: next } = await client.send(list);
    const taskArns = listed.filter((arn) => !known.has(arn));
    const described =
      taskArns.length === 0 ? undefined : await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
    // desiredStatus STOPPED also lists tasks that are still stopping and have no exit code yet.
    const stopped = (described?.tasks ?? []).filter(({ lastStatus }) => lastStatus === 'STOPPED');
    read.push(...stopped.map(({ taskArn = '' }) => taskArn));
    const ours = stopped.filter(({ startedBy }) => startedBy === deploymentId);
    found.push(...ours.map((task) => toStoppedTask(task, loadBalanced)));
    nextToken = next;
    if (nextToken === undefined) break;
  }
  // Only now: if a page cannot be read, the caller asks for all of them again.
  for (const arn of read) known.add(arn);
  return found;
}
