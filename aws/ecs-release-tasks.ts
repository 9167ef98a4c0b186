import {
  ConflictException,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { rethrowAsFailure } from '../core/errors/aws-failure.ts';
import { explainEcsError, formatPermissionAdvice } from '../core/errors/ecs-error.ts';
import { isInvalidRequest } from '../core/errors/invalid-request.ts';
import type { Target } from '../core/model/release.ts';
import type { DescribedTask } from '../core/release-tasks/task-end.ts';
import { toStoppedTask } from './ecs-tasks.ts';

/** ECS's answer to RunTask. `refused`: why it could not start the task. Such an answer is not an error. */
export type RunTaskAnswer = { task: string } | { refused: string };

/** Asks ECS to run one task. A repeated client token returns the task of the first call, or a conflict that names it. */
export async function runTask(
  client: ECSClient,
  input: RunTaskCommandInput,
  { roleArn }: Target,
): Promise<RunTaskAnswer> {
  const answer = await client.send(new RunTaskCommand(input)).catch((error: unknown) => {
    const [task] = error instanceof ConflictException ? (error.resourceIds ?? []) : [];
    if (task !== undefined) return { tasks: [{ taskArn: task }], failures: [] };
    // The cluster has no instance, the network configuration is missing, or a limit on tasks is reached. ECS has started no task.
    if (isInvalidRequest(error) && formatPermissionAdvice(error.message, roleArn) === undefined)
      return { tasks: [], failures: [{ reason: error.name, detail: error.message }] };
    throw explainEcsError(error, `to run a task of ${input.taskDefinition}`, roleArn);
  });
  const task = answer.tasks?.[0]?.taskArn;
  if (task !== undefined) return { task };
  const reasons = (answer.failures ?? []).map(({ reason, detail }) => [reason, detail].filter(Boolean).join(': '));
  return { refused: reasons.join('; ') || 'ECS gives no reason' };
}

const toDescribedTask = (task: Task): DescribedTask => ({
  ...toStoppedTask(task, []),
  lastStatus: task.lastStatus ?? '',
  desiredStatus: task.desiredStatus ?? '',
  startedBy: task.startedBy,
});

/** Returns a task; undefined if ECS does not show it. */
export async function describeTask(
  client: ECSClient,
  { cluster }: Target,
  task: string,
): Promise<DescribedTask | undefined> {
  const answer = await client
    .send(new DescribeTasksCommand({ cluster, tasks: [task] }))
    .catch(rethrowAsFailure(`describing the task ${task}`));
  return (answer.tasks ?? []).map(toDescribedTask)[0];
}

/** Asks ECS to stop a task. The reason is shown in the console of ECS. */
export const stopTask = async (client: ECSClient, { cluster }: Target, task: string, reason: string): Promise<void> => {
  await client
    .send(new StopTaskCommand({ cluster, task, reason }))
    .catch(rethrowAsFailure(`stopping the task ${task}`));
};

/** The maximum number of pages of 100 tasks that are read: first the tasks of one `startedBy`, after that the stopped tasks of the family. */
const maxPages = 20;

/**
 * Finds a task that an earlier try started. In a cluster of any size, its startedBy finds a task that has not stopped. ListTasks' filter by startedBy "must
 * be the only filter that you use" (botocore ecs), so this function looks for stopped tasks among the stopped tasks of the family. If the family has too
 * many stopped tasks to read, RunTask's client token still prevents a second task.
 */
export async function findTaskStartedBy(
  client: ECSClient,
  { cluster }: Target,
  { family, startedBy }: { family: string; startedBy: string },
): Promise<string | undefined> {
  for (const filter of [{ startedBy }, { family, desiredStatus: 'STOPPED' as const }]) {
    let nextToken: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const list = await client.send(new ListTasksCommand({ cluster, ...filter, nextToken }));
      const found = await findAmong(client, cluster, list.taskArns ?? [], startedBy);
      if (found !== undefined) return found;
      nextToken = list.nextToken;
      if (nextToken === undefined) break;
    }
  }
  return undefined;
}

async function findAmong(client: ECSClient, cluster: string, tasks: string[], startedBy: string) {
  if (tasks.length === 0) return undefined;
  const described = await client.send(new DescribeTasksCommand({ cluster, tasks }));
  return described.tasks?.find((task) => task.startedBy === startedBy)?.taskArn;
}
