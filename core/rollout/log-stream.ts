import * as z from 'zod';
import { parseResourceName } from '../parsing/arn.ts';
import { jsonTextSchema } from '../parsing/validation.ts';
import type { RawContainer } from '../task-definition/raw.ts';

/** A CloudWatch log stream that a container writes to. */
export interface ContainerLogStream {
  container: string;
  task: string;
  group: string;
  stream: string;
  /** The Region of the log. Absent if it is the task's own Region. */
  region?: string | undefined;
  /** The line that the container itself wrote, from a message of the stream; undefined for a message of another container. */
  read(message: string): string | undefined;
}

interface TaskContainer {
  container: string;
  task: string;
  cluster: string;
}

const awslogsSchema = z.object({
  logDriver: z.literal('awslogs'),
  options: z.object({
    'awslogs-group': z.string(),
    // Without a prefix the stream is named after a container id that only the host knows (ECS developer guide, using_awslogs).
    'awslogs-stream-prefix': z.string(),
    'awslogs-region': z.string().optional(),
  }),
});

const awsfirelensSchema = z.object({
  logDriver: z.literal('awsfirelens'),
  options: z.record(z.string(), z.string()),
});

/** `PREFIX/CONTAINER/TASK` (ECS developer guide, using_awslogs). */
function findAwslogsStream(configuration: unknown, { container, task }: TaskContainer): ContainerLogStream | undefined {
  const { options } = awslogsSchema.safeParse(configuration).data ?? {};
  if (options === undefined) return undefined;
  return {
    container,
    task,
    group: options['awslogs-group'],
    stream: `${options['awslogs-stream-prefix']}/${container}/${task}`,
    region: options['awslogs-region'],
    read: (message) => message,
  };
}

const firelensRecordSchema = jsonTextSchema.pipe(z.object({ log: z.string(), container_name: z.string().optional() }));

/**
 * FireLens sends each line as a record with the container's name (ECS developer guide, using_firelens); with `log_key`, FireLens sends only the line.
 */
const readRecordOf =
  (container: string) =>
  (message: string): string | undefined => {
    const record = firelensRecordSchema.safeParse(message).data;
    if (record === undefined) return message;
    const from = record.container_name ?? container;
    return from.includes(container) ? record.log : undefined;
  };

/**
 * Fills in the variables of Fluent Bit's CloudWatch plugins that a task determines; undefined for a name with any other variable
 * (github.com/aws/amazon-cloudwatch-logs-for-fluent-bit).
 */
function fillTemplate(template: string, { container, task, cluster }: TaskContainer): string | undefined {
  const filled = template
    .replaceAll('$(ecs_task_id)', task)
    .replaceAll('$(ecs_cluster)', parseResourceName(cluster))
    .replaceAll('$(tag)', firelensTag(container, task));
  return filled.includes('$(') ? undefined : filled;
}

/** Returns the tag that FireLens gives to a container's lines: `CONTAINER-firelens-TASK`. */
const firelensTag = (container: string, task: string): string => `${container}-firelens-${task}`;

/** Option names of Fluent Bit are not case-sensitive. */
const lowerCaseNames = (options: Record<string, string>): Map<string, string> =>
  new Map(Object.entries(options).map(([name, value]) => [name.toLowerCase(), value]));

function findCloudWatchOutput(options: Map<string, string>, at: TaskContainer): ContainerLogStream | undefined {
  const prefix = options.get('log_stream_prefix');
  const name = options.get('log_stream_name') ?? (prefix === undefined ? undefined : `${prefix}$(tag)`);
  const group = fillTemplate(options.get('log_group_name') ?? '$(unknown)', at);
  const stream = fillTemplate(name ?? '$(unknown)', at);
  if (group === undefined || stream === undefined) return undefined;
  const { container, task } = at;
  return { container, task, group, stream, region: options.get('region'), read: readRecordOf(container) };
}

/** The log router's own output goes to the stream of its own log configuration. */
function findRouterStream(definitions: RawContainer[], at: TaskContainer): ContainerLogStream | undefined {
  const router = definitions.find(({ firelensConfiguration }) => firelensConfiguration !== undefined);
  const stream = router && findAwslogsStream(router.logConfiguration, { ...at, container: router.name });
  return stream && { ...stream, container: at.container, read: readRecordOf(at.container) };
}

/**
 * Returns the log stream of one container of a task, from the revision's log configuration. Undefined if the container logs elsewhere, or if the
 * stream's name cannot be derived.
 */
export function findLogStream(definitions: RawContainer[], at: TaskContainer): ContainerLogStream | undefined {
  const configuration = definitions.find(({ name }) => name === at.container)?.logConfiguration;
  const firelens = awsfirelensSchema.safeParse(configuration).data;
  if (firelens === undefined) return findAwslogsStream(configuration, at);
  const options = lowerCaseNames(firelens.options);
  switch (options.get('name')) {
    case 'cloudwatch':
    case 'cloudwatch_logs':
      return findCloudWatchOutput(options, at);
    case 'stdout':
      return findRouterStream(definitions, at);
    default:
      return undefined;
  }
}
