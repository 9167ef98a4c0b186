import { AwsError } from '../aws-error.ts';
import type { ContainerBehavior } from './behavior.ts';
import type { Ecs, EcsTask } from './state.ts';
import { taskRoles } from './task-roles.ts';

/** Returns the log stream of a container that logs to CloudWatch Logs: `PREFIX/CONTAINER/TASK` (awslogs driver, using_awslogs). */
const logDestination = (task: EcsTask, { container }: ContainerBehavior) => {
  const { logDriver, options } = container.logConfiguration ?? {};
  const logGroupName = options?.['awslogs-group'];
  if (logDriver !== 'awslogs' || logGroupName === undefined) return undefined;
  const logStreamName = `${options?.['awslogs-stream-prefix'] ?? 'ecs'}/${container.name}/${task.id}`;
  const region = options?.['awslogs-region'] ?? task.cluster.region;
  return { logGroupName, logStreamName, region, create: options?.['awslogs-create-group'] === 'true' };
};

/**
 * Writes the log as the execution role. If the stream cannot be created, returns the reason in AWS's wording; such a task does
 * not start.
 */
async function writeContainerLog(ecs: Ecs, task: EcsTask, part: ContainerBehavior): Promise<string | undefined> {
  const to = logDestination(task, part);
  const role = taskRoles(task).executionRoleArn;
  if (to === undefined || role === undefined || !ecs.cloud.services.has('logs')) return undefined;
  const { logGroupName, logStreamName, region, create } = to;
  const as = { caller: ecs.cloud.iam.session(role, task.id), region };
  const timestamp = Math.floor(ecs.cloud.clock.now());
  const logEvents = part.behavior.log.map((message) => ({ timestamp, message }));
  try {
    if (create) await createLogGroup(ecs, logGroupName, as);
    await ecs.cloud.invoke('logs', 'CreateLogStream', { logGroupName, logStreamName }, as);
    if (logEvents.length > 0)
      await ecs.cloud.invoke('logs', 'PutLogEvents', { logGroupName, logStreamName, logEvents }, as);
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ${error.name}: ${error.message}`;
  }
}

async function createLogGroup(
  ecs: Ecs,
  logGroupName: string,
  as: Parameters<Ecs['cloud']['invoke']>[3],
): Promise<void> {
  try {
    await ecs.cloud.invoke('logs', 'CreateLogGroup', { logGroupName }, as);
  } catch (error) {
    if (!(error instanceof AwsError && error.name === 'ResourceAlreadyExistsException')) throw error;
  }
}

/** Writes the log lines of the task's containers. Returns the reason of the first container whose log could not be written. */
export async function writeContainerLogs(
  ecs: Ecs,
  task: EcsTask,
  parts: ContainerBehavior[],
): Promise<string | undefined> {
  for (const part of parts) {
    const failure = await writeContainerLog(ecs, task, part);
    if (failure !== undefined) return failure;
  }
  return undefined;
}
