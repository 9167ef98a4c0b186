import { z } from 'zod';
import type { EcsTask } from './state.ts';
import type { ContainerDefinition } from './task-definition-input.ts';

/** The manifest annotation that defines how an image behaves when it runs. */
export const behaviorAnnotation = 'local.gantry.behavior';

const outcomes = [
  'healthy',
  'crash',
  'unhealthy',
  'out-of-memory',
  'cannot-start',
  'no-capacity',
  'lose-host',
] as const;
const oneOffEnds = ['exit', 'hang', 'out-of-memory', 'cannot-start', 'no-capacity', 'lose-host'] as const;
const secondsSchema = z.number('must be a number of seconds').min(0, 'must be a number of seconds');
const exitCodeError = 'must be a whole number from 0 to 255';
const countError = 'must be a number of tasks';
const logError = 'must be a list of texts';

const oneOffFields = {
  /** A part of the command, whose words are joined by spaces. If absent, any command matches. */
  command: z.string('must be a text').optional(),
  seconds: secondsSchema.default(5),
  ends: z.enum(oneOffEnds, `must be one of ${oneOffEnds.join(', ')}`).default('exit'),
  exitCode: z.int(exitCodeError).min(0, exitCodeError).max(255, exitCodeError).default(0),
  log: z.array(z.string(logError), logError).default([]),
};

const oneOffSchema = z.strictObject(oneOffFields, `must be an object of ${Object.keys(oneOffFields).join(', ')}`);
export type OneOff = z.infer<typeof oneOffSchema>;

const fields = {
  startSeconds: secondsSchema.default(5),
  // biome-ignore lint/suspicious/noThenProperty: the word of the annotation; it is a text, so nothing takes it for a promise
  then: z.enum(outcomes, `must be one of ${outcomes.join(', ')}`).default('healthy'),
  /** Seconds that the container runs before it exits. If absent, it exits before its task is RUNNING. */
  afterSeconds: secondsSchema.optional(),
  exitCode: z.int(exitCodeError).min(0, exitCodeError).max(255, exitCodeError).default(1),
  log: z.array(z.string(logError), logError).default([]),
  /** The exit code of a container that is stopped with its task: 137 if it ignores SIGTERM. */
  stopExitCode: z.int(exitCodeError).min(0, exitCodeError).max(255, exitCodeError).default(0),
  /** The number of first tasks of a deployment for which `firstThen` applies instead of `then`. */
  firstTasks: z.int(countError).min(0, countError).default(0),
  firstThen: z.enum(outcomes, `must be one of ${outcomes.join(', ')}`).default('crash'),
  /** The behaviour of the container as a task of RunTask. The first entry that matches the command applies. */
  oneOff: z.array(oneOffSchema, 'must be a list of objects').default([]),
};

const behaviorSchema = z.strictObject(fields, `must be an object of ${Object.keys(fields).join(', ')}`);
export type Behavior = z.infer<typeof behaviorSchema>;

const manifestSchema = z.looseObject({ annotations: z.record(z.string(), z.string()).optional() });

/**
 * Parses the behaviour that an image manifest (JSON text) requests. Omitted fields default to healthy. Throws a one-line Error if the behaviour is malformed.
 */
export function readBehavior(imageManifest: string): Behavior {
  const text = manifestSchema.parse(JSON.parse(imageManifest)).annotations?.[behaviorAnnotation];
  const request: unknown = text === undefined ? {} : JSON.parse(text);
  const { data, error } = behaviorSchema.safeParse(request);
  if (data !== undefined) return data;
  throw new Error(error?.issues.map((issue) => explainIssue(issue, request)).join(' '));
}

/** Returns the field, what it must be and what was found, on one line, because the text becomes a task's stopped reason. */
function explainIssue(issue: z.core.$ZodIssue, request: unknown): string {
  if (issue.code === 'unrecognized_keys')
    return `There is no field ${issue.keys.join(', ')}; there are ${Object.keys(issue.path.length > 0 ? oneOffFields : fields).join(', ')}.`;
  const found = issue.path.reduce<unknown>((value, key) => Object(value)[key], request);
  return `${issue.path.join('.') || 'It'} ${issue.message}; found ${JSON.stringify(found)}.`;
}

/** Returns the behaviour of an image in the nth task of a deployment, counted from 1. */
export const behaviorOfNthTask = (behavior: Behavior, nth: number): Behavior =>
  // biome-ignore lint/suspicious/noThenProperty: the word of the annotation, as above
  nth <= behavior.firstTasks ? { ...behavior, then: behavior.firstThen } : behavior;

/** The behaviour of an image without a known manifest: it runs and stays healthy. */
export const healthyBehavior: Behavior = behaviorSchema.parse({});

/** One container of a task and the behaviour of its image. */
export interface ContainerBehavior {
  container: ContainerDefinition;
  behavior: Behavior;
}

/**
 * Finds the container that makes the task fail: the first essential one that does not stay healthy. Containers are essential by
 * default.
 */
export const findFailingContainer = (parts: ContainerBehavior[]): ContainerBehavior | undefined =>
  parts.find(({ container, behavior: { then } }) => container.essential !== false && then !== 'healthy');

/**
 * Returns the stopped reason for an unhealthy container, or undefined if no check covers the container. The container's own health check comes before the load
 * balancer's check.
 */
export function healthCheckFailure(
  task: EcsTask,
  { container, behavior: { then } }: ContainerBehavior,
): string | undefined {
  if (then !== 'unhealthy') return undefined;
  if (container.healthCheck) return 'Task failed container health checks';
  const { loadBalancers = [] } = task.deployment?.revision.settings ?? {};
  const target = loadBalancers.find((each) => each.containerName === container.name && each.targetGroupArn);
  return target && `Task failed ELB health checks in (target-group ${target.targetGroupArn})`;
}
