import { z } from 'zod';
import { type Operation, operation } from '../service.ts';
import { invalid } from './errors.ts';
import { arnOf, clusterArn, clusterAt, placeOf, serviceAt } from './names.ts';
import { pageOf, paging } from './page.ts';
import type { Cluster, Ecs, EcsService } from './state.ts';
import { lately, stopTask } from './stop-task.ts';
import type { Task } from './task.ts';
import { taskView } from './task-view.ts';

/** Every task of a service that DescribeTasks still knows. */
const known = (ecs: Ecs, service: EcsService): Task[] => [...service.tasks, ...lately(ecs, service.stopped)];

const allKnown = (ecs: Ecs, cluster: Cluster): Task[] =>
  [...cluster.services.values()].flatMap((service) => known(ecs, service));

const listInput = z.strictObject({
  cluster: z.string().optional(),
  serviceName: z.string().optional(),
  family: z.string().optional(),
  startedBy: z.string().optional(),
  desiredStatus: z.enum(['RUNNING', 'PENDING', 'STOPPED']).optional(),
  ...paging,
});

const list = (ecs: Ecs): Operation =>
  operation(
    listInput,
    async ({ cluster: reference, serviceName, family, startedBy, desiredStatus, ...asked }, call) => {
      const arn = clusterArn(placeOf(call), reference);
      await call.allow('ecs:ListTasks', '*', { context: { 'ecs:cluster': arn } });
      const cluster = clusterAt(ecs, arn);
      if (startedBy !== undefined && (serviceName !== undefined || family !== undefined))
        throw invalid('startedBy cannot be combined with other filters.');
      const from = serviceName === undefined ? allKnown(ecs, cluster) : known(ecs, serviceAt(cluster, serviceName));
      // No task ever has the desired status PENDING: "Amazon ECS never sets the desired status of a task to that value" (botocore ecs ListTasks).
      const wanted = from.filter(
        (task) =>
          task.desiredStatus === (desiredStatus ?? 'RUNNING') &&
          (startedBy === undefined || task.startedBy === startedBy) &&
          (family === undefined || task.definition.family === family),
      );
      const { items, ...more } = pageOf(wanted, asked);
      return { taskArns: items.map((task) => task.arn), ...more };
    },
  );

const describeInput = z.strictObject({
  cluster: z.string().optional(),
  tasks: z.array(z.string()).min(1).max(100),
  include: z.array(z.enum(['TAGS'])).optional(),
});

const describe = (ecs: Ecs): Operation =>
  operation(describeInput, async ({ cluster: reference, tasks, include = [] }, call) => {
    const place = placeOf(call);
    const cluster = clusterArn(place, reference);
    const name = cluster.split('/').at(-1);
    const arns = tasks.map((task) => arnOf(place, `task/${name}/${task.split('/').at(-1)}`));
    for (const arn of arns) await call.allow('ecs:DescribeTasks', arn, { context: { 'ecs:cluster': cluster } });
    const byArn = new Map(allKnown(ecs, clusterAt(ecs, cluster)).map((task) => [task.arn, task]));
    const found = arns.flatMap((arn) => byArn.get(arn) ?? []);
    return {
      tasks: found.map((task) => ({ ...taskView(task), ...(include.includes('TAGS') ? { tags: [] } : {}) })),
      failures: arns.filter((arn) => !byArn.has(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
    };
  });

const stopInput = z.strictObject({ cluster: z.string().optional(), task: z.string(), reason: z.string().optional() });

const stop = (ecs: Ecs): Operation =>
  operation(stopInput, async ({ cluster: reference, task: name, reason }, call) => {
    const place = placeOf(call);
    const cluster = clusterArn(place, reference);
    const arn = arnOf(place, `task/${cluster.split('/').at(-1)}/${name.split('/').at(-1)}`);
    await call.allow('ecs:StopTask', arn, { context: { 'ecs:cluster': cluster } });
    const task = allKnown(ecs, clusterAt(ecs, cluster)).find((each) => each.arn === arn);
    if (task === undefined) throw invalid('The referenced task was not found.');
    stopTask(ecs, task, { stopCode: 'UserInitiated', stoppedReason: reason ?? 'Task stopped by user' });
    return { task: taskView(task) };
  });

/** ListTasks, DescribeTasks (a stopped task for an hour) and StopTask. */
export const taskOperations = (ecs: Ecs): Record<string, Operation> => ({
  ListTasks: list(ecs),
  DescribeTasks: describe(ecs),
  StopTask: stop(ecs),
});
