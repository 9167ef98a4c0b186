import { DescribeTasksCommand, type ECSClient, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import type { Target } from '../core/model/release.ts';
import { shortenForeignText } from '../core/parsing/display-text.ts';
import type { StoppedTask } from '../core/rollout/observed-task.ts';

/** The number of our tasks that are read if the caller names none. */
const defaultEnough = 300;

/** ListTasks and DescribeTasks return 100 tasks at a time (botocore ecs), in no guaranteed order. */
const pageSize = 100;

/** The maximum number of pages with tasks of other deployments. A service has at most 5,000 tasks (ECS service quotas), and a rollout stops all old tasks. */
const maxForeignPages = 50;

/** The maximum number of pages that are listed if the tasks of earlier pages are known and need no description. */
const maxListedPages = 200;

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
 * stopped tasks of any deployment that were read before. `listStoppedTasks` adds new ARNs to it.
 */
interface StoppedTaskQuery {
  deploymentId: string;
  enough?: number | undefined;
  loadBalanced?: string[] | undefined;
  known?: Set<string> | undefined;
}

/** Stopped tasks of a deployment. `complete`: false if ECS lists more tasks than were read, so that some may be missing. */
export interface StoppedTaskList {
  tasks: StoppedTask[];
  complete: boolean;
}

/** Returns the stopped tasks that a deployment started and that the caller does not know, as long as ECS shows them: an hour, or a little longer. */
export async function listStoppedTasks(
  client: ECSClient,
  target: Target,
  { deploymentId, enough = defaultEnough, loadBalanced = [], known = new Set() }: StoppedTaskQuery,
): Promise<StoppedTaskList> {
  const found: StoppedTask[] = [];
  const read: string[] = [];
  let budget = maxForeignPages + Math.ceil(enough / pageSize);
  let nextToken: string | undefined;
  for (let page = 0; page < maxListedPages && budget > 0 && found.length < enough; page += 1) {
    const { taskArns, next } = await listPage(client, target, nextToken);
    const unknown = taskArns.filter((arn) => !known.has(arn));
    const stopped = await describeStopped(client, target, unknown);
    if (unknown.length > 0) budget -= 1;
    read.push(...stopped.map(({ taskArn = '' }) => taskArn));
    const ours = stopped.filter(({ startedBy }) => startedBy === deploymentId);
    found.push(...ours.map((task) => toStoppedTask(task, loadBalanced)));
    nextToken = next;
    if (nextToken === undefined) break;
  }
  // This happens at the end, because the caller asks for all tasks again if a page cannot be read.
  for (const arn of read) known.add(arn);
  return { tasks: found, complete: nextToken === undefined };
}

/** ListTasks' own filter by startedBy "must be the only filter that you use" (botocore ecs), so Gantry lists all stopped tasks of the service. */
async function listPage(client: ECSClient, { cluster, service }: Target, nextToken: string | undefined) {
  const list = new ListTasksCommand({ cluster, serviceName: service, desiredStatus: 'STOPPED', nextToken });
  const { taskArns = [], nextToken: next } = await client.send(list);
  return { taskArns, next };
}

/** The desired status STOPPED also lists tasks that are still stopping and have no exit code yet. */
async function describeStopped(client: ECSClient, { cluster }: Target, tasks: string[]): Promise<Task[]> {
  if (tasks.length === 0) return [];
  const described = await client.send(new DescribeTasksCommand({ cluster, tasks }));
  return (described.tasks ?? []).filter(({ lastStatus }) => lastStatus === 'STOPPED');
}
