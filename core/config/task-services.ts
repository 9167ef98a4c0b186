import type { Config, ServiceConfig, TargetConfig } from './schema.ts';
import { taskDefinitionFamily } from './target-permissions.ts';

const listTasks = ({ preDeploy, postDeploy }: ServiceConfig) => [...preDeploy, ...postDeploy];

/** Returns the task definition families in which releases to a target run tasks. Only these need permissions for it. */
export const listTaskFamilies = ({ services }: TargetConfig): string[] => [
  ...new Set(services.filter((service) => listTasks(service).length > 0).map(taskDefinitionFamily)),
];

/** Returns the targets of which a service has tasks. */
export const listTargetsWithTasks = ({ targets }: Config): TargetConfig[] =>
  targets.filter((target) => listTaskFamilies(target).length > 0);

/** Returns the targets of which a task is stopped if its execution dies. */
export const listTargetsWithStopOnDeath = ({ targets }: Config): TargetConfig[] =>
  targets.filter(({ services }) => services.flatMap(listTasks).some(({ stopOnDeath }) => stopOnDeath));

/** Whether any service has tasks. */
export const hasAnyTasks = (config: Config): boolean => listTargetsWithTasks(config).length > 0;
