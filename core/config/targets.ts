import { Failure } from '../errors/failure.ts';
import type { Target } from '../model/release.ts';
import { formatIamArn } from '../parsing/partition.ts';
import { createMatchingName } from '../parsing/pattern.ts';
import { configForStage, defaultStage, deploymentRoleName } from './resource-names.ts';
import type { Config, TargetConfig } from './schema.ts';
import { findServiceSettings, type ServiceSettings } from './service-settings.ts';

/**
 * Caches a value that depends only on a configuration and a stage. Neither changes while a process runs. Without the cache, the cost would grow with the
 * square of the number of services, because every event and every request needs the value.
 */
export function memoizeByStage<Made>(make: (config: Config, stage: string) => Made) {
  const known = new WeakMap<Config, Map<string, Made>>();
  return (config: Config, stage: string = defaultStage): Made => {
    const stages = known.get(config) ?? new Map<string, Made>();
    const made = stages.get(stage) ?? make(config, stage);
    known.set(config, stages.set(stage, made));
    return made;
  };
}

/** A service that the configuration allows, by name or by pattern, with its target. */
interface ConfiguredService {
  service: ServiceSettings;
  target: TargetConfig;
}

const targetsByName = memoizeByStage(
  (config, stage) => new Map(configForStage(config, stage).targets.map((target) => [target.name, target])),
);

/** Returns the settings of the service with a name such as `test/web`. Undefined if the configuration allows no such service. */
export function findConfiguredService(
  config: Config,
  name: string | undefined,
  stage?: string,
): ConfiguredService | undefined {
  const [targetName = '', ...rest] = name?.split('/') ?? [];
  const target = targetsByName(config, stage).get(targetName);
  const service = target && findServiceSettings(target, rest.join('/'));
  return service && { service, target };
}

/** The targets of all services that the configuration names, in its order. Services that only a pattern allows are not included. */
export const listTargets = memoizeByStage((config, stage) =>
  [...targetsByName(config, stage).values()].flatMap((target) =>
    target.services.map(({ name }) => toTarget(target, name, stage)),
  ),
);

/** The patterns of the configuration as targets: `service` and the second part of `name` are a pattern such as `shop-*`. Use them only to list services. */
export const listPatternTargets = memoizeByStage((config, stage) =>
  [...targetsByName(config, stage).values()].flatMap((target) =>
    (target.match?.services ?? []).map((pattern) => toTarget(target, pattern, stage)),
  ),
);

/** Returns the names and the patterns of all targets: `test/web`, `test/shop-*`. */
export const listTargetNames = (config: Config, stage?: string): string[] =>
  [...listTargets(config, stage), ...listPatternTargets(config, stage)].map(({ name }) => name);

/** Returns the name of one target that the configuration allows, for hints and examples: a named one, or one that a pattern matches. */
export const createExampleTargetName = (config: Config, stage?: string): string =>
  listTargets(config, stage)[0]?.name ?? createMatchingName(listTargetNames(config, stage)[0] ?? '');

/** Returns the target with a name such as `test/web`. Throws a ConfigurationError with the existing names and patterns. */
export function getTargetByName(config: Config, name: string, stage: string = defaultStage): NamedTarget {
  const found = findConfiguredService(config, name, stage);
  if (found !== undefined) return toTarget(found.target, found.service.name, stage);
  throw new Failure(
    'ConfigurationError',
    `No target is named "${name}" in gantry.config.ts; there are: ${listTargetNames(config, stage).join(', ')}.`,
  );
}

/** Returns the target of a service by the role, Region and cluster that a request gives. Undefined if the configuration does not allow the service there. */
export const findTargetOfRole = (
  config: Config,
  stage: string,
  { roleArn, region, cluster, service }: Target,
): NamedTarget | undefined =>
  findTarget(config, stage, (target) => deploymentRoleArn(target, stage) === roleArn, { region, cluster, service });

/**
 * Returns the target that passes `isFitting` and allows the service in its Region and cluster. None or one, because the configuration allows each service
 * once.
 */
export function findTarget(
  config: Config,
  stage: string,
  isFitting: (target: TargetConfig) => boolean,
  { region, cluster, service }: Pick<Target, 'region' | 'cluster' | 'service'>,
): NamedTarget | undefined {
  const found = [...targetsByName(config, stage).values()].find(
    (target) =>
      target.region === region &&
      target.cluster === cluster &&
      isFitting(target) &&
      findServiceSettings(target, service) !== undefined,
  );
  return found && toTarget(found, service, stage);
}

/** Whether a target's events come to the build account. If they do, a rollout waits for events and does not poll. False for a target that is not configured. */
export const areEventsForwarded = (config: Config, { name }: Target): boolean =>
  findConfiguredService(config, name)?.target.events === 'forwarded';

/** Whether people can answer the pause hooks of a target's services with Gantry. Undefined for a target that is not configured. */
export const findPauseHooksSetting = (config: Config, { name }: Target, stage?: string): 'allow' | 'deny' | undefined =>
  findConfiguredService(config, name, stage)?.target.pauseHooks;

/** Returns the ARN of the role that Gantry uses to deploy to a target. */
export const deploymentRoleArn = (target: TargetConfig, stage: string = defaultStage): string =>
  formatIamArn(target, `role/${deploymentRoleName(target, stage)}`);

/** A target with the name that it has in the configuration: `test/web`. */
export type NamedTarget = Target & { name: string };

const toTarget = (target: TargetConfig, service: string, stage: string): NamedTarget => ({
  name: `${target.name}/${service}`,
  roleArn: deploymentRoleArn(target, stage),
  ...(target.externalId === undefined ? {} : { externalId: target.externalId }),
  region: target.region,
  cluster: target.cluster,
  service,
});

/** Whether an event can roll back a deployment that Gantry did not make. */
export const mayRollBackForeignDeployments = (config: Config, { name }: Target): boolean =>
  findConfiguredService(config, name)?.service.rollBackForeignDeployments ?? false;

/** Returns the alarms that the configuration names for a target. Empty for a target that is not configured. */
export const listConfiguredAlarms = (config: Config, { name }: Target): string[] =>
  findConfiguredService(config, name)?.service.alarms ?? [];

/** Whether the message of a failed release shows the end of a container's log. True for a target that is not configured. */
export const isLogTailShown = (config: Config, { name }: Target): boolean =>
  findConfiguredService(config, name)?.service.logTail !== 'off';
