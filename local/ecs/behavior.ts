import { z } from 'zod';
import type { Task } from './task.ts';
import type { ContainerDefinition } from './task-definition-input.ts';

/** What an image does when it runs: an annotation of its manifest says so. */
export const behaviorAnnotation = 'local.gantry.behavior';

const behavior = z.strictObject({
  startSeconds: z.number().min(0).default(5),
  // biome-ignore lint/suspicious/noThenProperty: the word of the annotation; it is a text, so nothing takes it for a promise
  then: z.enum(['healthy', 'crash', 'unhealthy', 'out-of-memory', 'cannot-start']).default('healthy'),
  /** Seconds that it runs before it ends; without, it ends before its task is RUNNING. */
  afterSeconds: z.number().min(0).optional(),
  exitCode: z.number().int().min(0).max(255).default(1),
  log: z.array(z.string()).default([]),
});
export type Behavior = z.infer<typeof behavior>;

const manifest = z.looseObject({ annotations: z.record(z.string(), z.string()).optional() });

/** The behaviour that an image manifest (JSON text) asks for; healthy where it says nothing. Throws on one that is malformed. */
export function behaviorOf(imageManifest: string): Behavior {
  const text = manifest.parse(JSON.parse(imageManifest)).annotations?.[behaviorAnnotation];
  return behavior.parse(text === undefined ? {} : JSON.parse(text));
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
