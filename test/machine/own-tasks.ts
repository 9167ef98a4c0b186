import type { ReleaseSystem } from './release-system.ts';

/** A task as ECS shows it. */
export interface TaskView {
  taskArn: string;
  startedBy?: string;
  group?: string;
  lastStatus: string;
  taskDefinitionArn: string;
  launchType?: string;
  platformVersion?: string;
  stoppedReason?: string;
  overrides: { containerOverrides?: { command?: string[] }[] };
  attachments?: unknown;
}

/** Returns the tasks that Gantry started, as far as ECS still shows them. */
export async function listOwnTasks({ testAccount }: Pick<ReleaseSystem, 'testAccount'>): Promise<TaskView[]> {
  const ecs = (operation: string, input: object) => testAccount('ecs', operation, { cluster: 'web-shop', ...input });
  const lists = ['RUNNING', 'STOPPED'].map((desiredStatus) => ecs('ListTasks', { family: 'web', desiredStatus }));
  const arns = ((await Promise.all(lists)) as { taskArns: string[] }[]).flatMap(({ taskArns }) => taskArns);
  if (arns.length === 0) return [];
  const { tasks } = (await ecs('DescribeTasks', { tasks: arns })) as { tasks: TaskView[] };
  return tasks.filter(({ startedBy = '' }) => startedBy.startsWith('gantry/'));
}

/** Returns the command of each task, in alphabetical order. */
export const commandsOf = (tasks: TaskView[]): string[] =>
  tasks.map(({ overrides }) => overrides.containerOverrides?.[0]?.command?.join(' ') ?? '').toSorted();
