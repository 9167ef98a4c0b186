import { z } from 'zod';
import type { Task } from './task.ts';
import type { ContainerDefinition } from './task-definition-input.ts';

/** What an image does when it runs: an annotation of its manifest says so. */
export const behaviorAnnotation = 'local.gantry.behavior';

const ends = ['healthy', 'crash', 'unhealthy', 'out-of-memory', 'cannot-start'] as const;
const seconds = z.number('must be a number of seconds').min(0, 'must be a number of seconds');
const codeMust = 'must be a whole number from 0 to 255';
const logMust = 'must be a list of texts';

const fields = {
  startSeconds: seconds.default(5),
  // biome-ignore lint/suspicious/noThenProperty: the word of the annotation; it is a text, so nothing takes it for a promise
  then: z.enum(ends, `must be one of ${ends.join(', ')}`).default('healthy'),
  /** Seconds that it runs before it ends; without, it ends before its task is RUNNING. */
  afterSeconds: seconds.optional(),
  exitCode: z.int(codeMust).min(0, codeMust).max(255, codeMust).default(1),
  log: z.array(z.string(logMust), logMust).default([]),
};

const behavior = z.strictObject(fields, `must be an object of ${Object.keys(fields).join(', ')}`);
export type Behavior = z.infer<typeof behavior>;

const manifest = z.looseObject({ annotations: z.record(z.string(), z.string()).optional() });

/** The behaviour that an image manifest (JSON text) asks for; healthy where it says nothing. Throws an Error of one line for one that is malformed. */
export function behaviorOf(imageManifest: string): Behavior {
  const text = manifest.parse(JSON.parse(imageManifest)).annotations?.[behaviorAnnotation];
  const asked: unknown = text === undefined ? {} : JSON.parse(text);
  const { data, error } = behavior.safeParse(asked);
  if (data !== undefined) return data;
  throw new Error(error?.issues.map((issue) => sentenceOf(issue, asked)).join(' '));
}

/** A field, what it must be and what was found: it becomes a task's stopped reason, which is read in one line. */
function sentenceOf(issue: z.core.$ZodIssue, asked: unknown): string {
  if (issue.code === 'unrecognized_keys')
    return `There is no field ${issue.keys.join(', ')}; there are ${Object.keys(fields).join(', ')}.`;
  const found = issue.path.reduce<unknown>((value, key) => Object(value)[key], asked);
  return `${issue.path.join('.') || 'It'} ${issue.message}; found ${JSON.stringify(found)}.`;
}

/** An image that nobody knows anything about runs and is healthy. */
export const healthy: Behavior = behavior.parse({});

/** One container of a task and what its image does. */
export interface Part {
  container: ContainerDefinition;
  behavior: Behavior;
}

/** The part that decides the task's fate: the first essential one that does not stay healthy. Without `essential` a container is. */
export const fatal = (parts: Part[]): Part | undefined =>
  parts.find(({ container, behavior: { then } }) => container.essential !== false && then !== 'healthy');

/** The reason of the check that finds an unhealthy container out; undefined where nothing looks. ECS looks inside before outside. */
export function foundOut(task: Task, { container, behavior: { then } }: Part): string | undefined {
  if (then !== 'unhealthy') return undefined;
  if (container.healthCheck) return 'Task failed container health checks';
  const { loadBalancers = [] } = task.deployment.revision.settings;
  const target = loadBalancers.find((each) => each.containerName === container.name && each.targetGroupArn);
  return target && `Task failed ELB health checks in (target-group ${target.targetGroupArn})`;
}
