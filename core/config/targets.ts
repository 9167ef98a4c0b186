import { Failure } from '../errors/failure.ts';
import type { Target } from '../model/release.ts';
import { configForStage, defaultStage, deploymentRoleName } from './resource-names.ts';
import type { Config, ServiceConfig, TargetConfig } from './schema.ts';

/**
 * Caches a value that depends only on a configuration and a stage, which do not change while a process runs.
 * Without the cache, the cost would grow with the square of the number of services, because every event and every request needs the value.
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

/** A service of the configuration with its target. */
interface ConfiguredService {
  service: ServiceConfig;
  target: TargetConfig;
}

const servicesByName = memoizeByStage(
  (config, stage) =>
    new Map(
      configForStage(config, stage).targets.flatMap((target) =>
        target.services.map((service): [string, ConfiguredService] => [
          `${target.name}/${service.name}`,
          { service, target },
        ]),
      ),
    ),
);

/** Returns the configuration of the service with a name such as `test/web`. Undefined if there is none. */
export const findConfiguredService = (
  config: Config,
  name: string | undefined,
  stage?: string,
): ConfiguredService | undefined => (name === undefined ? undefined : servicesByName(config, stage).get(name));

/** All targets of a stage, in the order of the configuration. */
export const listTargets = memoizeByStage((config, stage) =>
  [...servicesByName(config, stage)].map(([name, { service, target }]) => toTarget(name, service, { target, stage })),
);

/** Returns the target with a name such as `test/web`. Throws a ConfigurationError with the existing names. */
export function getTargetByName(config: Config, name: string, stage: string = defaultStage): Target {
  const found = findConfiguredService(config, name, stage);
  if (found !== undefined) return toTarget(name, found.service, { target: found.target, stage });
  const names = listTargets(config, stage).map((target) => target.name);
  throw new Failure(
    'ConfigurationError',
    `No target is named "${name}" in gantry.config.ts; there are: ${names.join(', ')}.`,
  );
}

const targetsByArn = memoizeByStage(
  (config, stage) => new Map(listTargets(config, stage).map((target) => [serviceArnOf(target), target])),
);

/** The account and Region of an event. EventBridge sets them, also for a forwarded event, while anybody can write the detail. */
interface EventOrigin {
  account: string;
  region: string;
}

const isFromOrigin =
  ({ account, region }: EventOrigin) =>
  (target: Target): boolean =>
    accountOf(target) === account && target.region === region;

/** Returns the targets in the account and Region that an event comes from. */
export const targetsForEventOrigin = (config: Config, stage: string, origin: EventOrigin): Target[] =>
  listTargets(config, stage).filter(isFromOrigin(origin));

/** Returns the target that an event is about, by the service's ARN in the long format. None or one, because a configuration names each service once. */
export function targetsForEventResource(
  config: Config,
  stage: string,
  event: EventOrigin & { resources: string[] },
): Target[] {
  const found = targetsByArn(config, stage).get(event.resources[0] ?? '');
  return found !== undefined && isFromOrigin(event)(found) ? [found] : [];
}

/** Whether a target's events come to the build account. Then a rollout there waits for events and does not poll. False for a target that is not configured. */
export const areEventsForwarded = (config: Config, { name }: Target): boolean =>
  findConfiguredService(config, name)?.target.events === 'forwarded';

/** Returns the ARN of the role that Gantry uses to deploy to a target. */
export const deploymentRoleArn = (target: TargetConfig, stage: string = defaultStage): string =>
  `arn:aws:iam::${target.account}:role/${deploymentRoleName(target, stage)}`;

const accountOf = ({ roleArn }: Target): string => roleArn.split(':')[4] ?? '';

/** Returns the ARN of a target's service in the long format, as in events. */
const serviceArnOf = (target: Target): string =>
  `arn:aws:ecs:${target.region}:${accountOf(target)}:service/${target.cluster}/${target.service}`;

const toTarget = (
  name: string,
  service: ServiceConfig,
  { target, stage }: { target: TargetConfig; stage: string },
): Target => ({
  name,
  roleArn: deploymentRoleArn(target, stage),
  ...(target.externalId === undefined ? {} : { externalId: target.externalId }),
  region: target.region,
  cluster: target.cluster,
  service: service.name,
});

/** Whether an event can roll back a deployment that Gantry did not make. */
export const mayRollBackForeignDeployments = (config: Config, { name }: Target): boolean =>
  findConfiguredService(config, name)?.service.rollBackForeignDeployments ?? false;

/** Returns the alarms that the configuration names for a target. Empty for a target that is not configured. */
export const listConfiguredAlarms = (config: Config, { name }: Target): string[] =>
  findConfiguredService(config, name)?.service.alarms ?? [];
