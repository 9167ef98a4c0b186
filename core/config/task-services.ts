import type { Config, ServiceConfig, TargetConfig } from './schema.ts';
import { familyOfService, listAllowedNames } from './target-permissions.ts';

const listTasks = ({ preDeploy, postDeploy }: ServiceConfig) => [...preDeploy, ...postDeploy];

const hasTasks = (service: ServiceConfig): boolean => listTasks(service).length > 0;

/** Whether people can run commands in a target. */
export const allowsManualTasks = ({ manualTasks }: TargetConfig): boolean => manualTasks === 'allow';

/**
 * Returns the names and patterns of the task definition families in which Gantry runs tasks: the families of the services with tasks, or all families if
 * people can run commands. Only these families need permissions for tasks.
 */
export const listTaskFamilies = (target: TargetConfig): string[] =>
  allowsManualTasks(target)
    ? listAllowedNames(target).families
    : [...new Set(target.services.filter(hasTasks).map(familyOfService))];

/** Returns the targets with a service whose releases run tasks. */
export const listTargetsWithTasks = ({ targets }: Config): TargetConfig[] =>
  targets.filter(({ services }) => services.some(hasTasks));

/** Returns the targets in which people can run commands. */
export const listTargetsWithManualTasks = ({ targets }: Config): TargetConfig[] => targets.filter(allowsManualTasks);

/** Returns the targets with a task that is stopped if its execution dies. Gantry always stops the task of a command. */
export const listTargetsWithStopOnDeath = ({ targets }: Config): TargetConfig[] =>
  targets.filter(
    (target) => allowsManualTasks(target) || target.services.flatMap(listTasks).some(({ stopOnDeath }) => stopOnDeath),
  );

/** Whether any service has tasks that belong to a release. */
export const hasReleaseTasks = (config: Config): boolean => listTargetsWithTasks(config).length > 0;

/** Whether Gantry runs tasks anywhere: of releases, or commands of people. */
export const runsAnyTasks = (config: Config): boolean =>
  hasReleaseTasks(config) || listTargetsWithManualTasks(config).length > 0;
