import { z } from 'zod';
import type { Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { clusterArn, ecsArn, ecsLocation, getCluster, getService } from './arns.ts';
import { invalidParameter } from './errors.ts';
import { inListOrder } from './list-order.ts';
import { pagingFields, takePage } from './paging.ts';
import { runTask } from './run-task.ts';
import type { Cluster, Ecs, EcsService, EcsTask } from './state.ts';
import { recentlyStopped, stopTask } from './stop-task.ts';
import { taskView } from './task-view.ts';

/** Returns every task of a service, or of RunTask in a cluster, that DescribeTasks still returns. */
const describableTasks = (ecs: Ecs, owner: Pick<EcsService, 'tasks' | 'stoppedTasks'>): EcsTask[] =>
  inListOrder(ecs, [...owner.tasks, ...recentlyStopped(ecs, owner.stoppedTasks)]).filter(({ unlisted }) => !unlisted);

const describableTasksInCluster = (ecs: Ecs, cluster: Cluster): EcsTask[] =>
  [cluster, ...cluster.services.values()].flatMap((owner) => describableTasks(ecs, owner));

/** How long a task of RunTask is missing from the lists, in ms. StopTask knows it at once. */
const hiddenMs = { 'at-once': 0, '5-seconds': 5000 };

const isVisible =
  ({ cloud }: Ecs, cluster: Cluster) =>
  (task: EcsTask): boolean =>
    !(cluster.tasks.has(task) || cluster.stoppedTasks.includes(task)) ||
    cloud.clock.now() - task.createdAt.getTime() >= hiddenMs[cloud.answers['run-task-visible']];

const visibleTasksInCluster = (ecs: Ecs, cluster: Cluster): EcsTask[] =>
  describableTasksInCluster(ecs, cluster).filter(isVisible(ecs, cluster));

const listTasksSchema = z.strictObject({
  cluster: z.string().optional(),
  serviceName: z.string().optional(),
  family: z.string().optional(),
  startedBy: z.string().optional(),
  desiredStatus: z.enum(['RUNNING', 'PENDING', 'STOPPED']).optional(),
  ...pagingFields,
});

const listTasks = (ecs: Ecs): Operation =>
  defineOperation(
    listTasksSchema,
    async ({ cluster: reference, serviceName, family, startedBy, desiredStatus, ...request }, call) => {
      const arn = clusterArn(ecsLocation(call), reference);
      await call.allow('ecs:ListTasks', '*', { context: { 'ecs:cluster': arn } });
      const cluster = getCluster(ecs, arn);
      if (startedBy !== undefined && (serviceName !== undefined || family !== undefined))
        throw invalidParameter('startedBy cannot be combined with other filters.');
      const from =
        serviceName === undefined
          ? visibleTasksInCluster(ecs, cluster)
          : describableTasks(ecs, getService(cluster, serviceName));
      // No task has the desired status PENDING: "Amazon ECS never sets the desired status of a task to that value" (botocore
      // ecs ListTasks).
      const wanted = from.filter(
        (task) =>
          task.desiredStatus === (desiredStatus ?? 'RUNNING') &&
          (startedBy === undefined || task.startedBy === startedBy) &&
          (family === undefined || task.definition.family === family),
      );
      const { items, ...more } = takePage(wanted, request);
      return { taskArns: items.map((task) => task.arn), ...more };
    },
  );

const describeTasksSchema = z.strictObject({
  cluster: z.string().optional(),
  tasks: z.array(z.string()).min(1).max(100),
  include: z.array(z.enum(['TAGS'])).optional(),
});

const describeTasks = (ecs: Ecs): Operation =>
  defineOperation(describeTasksSchema, async ({ cluster: reference, tasks, include = [] }, call) => {
    const place = ecsLocation(call);
    const cluster = clusterArn(place, reference);
    const name = cluster.split('/').at(-1);
    const arns = tasks.map((task) => ecsArn(place, `task/${name}/${task.split('/').at(-1)}`));
    for (const arn of arns) await call.allow('ecs:DescribeTasks', arn, { context: { 'ecs:cluster': cluster } });
    const byArn = new Map(visibleTasksInCluster(ecs, getCluster(ecs, cluster)).map((task) => [task.arn, task]));
    const found = arns.flatMap((arn) => byArn.get(arn) ?? []);
    return {
      tasks: inListOrder(ecs, found).map((task) => ({
        ...taskView(task),
        ...(include.includes('TAGS') ? { tags: task.launch.tags } : {}),
      })),
      failures: arns.filter((arn) => !byArn.has(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
    };
  });

const stopTaskSchema = z.strictObject({
  cluster: z.string().optional(),
  task: z.string(),
  reason: z.string().optional(),
});

const stopTaskOperation = (ecs: Ecs): Operation =>
  defineOperation(stopTaskSchema, async ({ cluster: reference, task: name, reason }, call) => {
    const place = ecsLocation(call);
    const cluster = clusterArn(place, reference);
    const arn = ecsArn(place, `task/${cluster.split('/').at(-1)}/${name.split('/').at(-1)}`);
    await call.allow('ecs:StopTask', arn, { context: { 'ecs:cluster': cluster } });
    const task = describableTasksInCluster(ecs, getCluster(ecs, cluster)).find((each) => each.arn === arn);
    if (task === undefined) throw invalidParameter('The referenced task was not found.');
    stopTask(ecs, task, { stopCode: 'UserInitiated', stoppedReason: reason ?? 'Task stopped by user' });
    // "Any tags associated with the task will be deleted" (botocore ecs StopTask).
    task.launch = { ...task.launch, tags: [] };
    return { task: taskView(task) };
  });

/** ListTasks, DescribeTasks (a stopped task for one hour), StopTask and RunTask. */
export const taskOperations = (ecs: Ecs): Record<string, Operation> => ({
  ListTasks: listTasks(ecs),
  DescribeTasks: describeTasks(ecs),
  StopTask: stopTaskOperation(ecs),
  RunTask: runTask(ecs),
});
