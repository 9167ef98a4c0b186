import { Failure } from '../errors/failure.ts';
import type { Target } from '../model/release.ts';
import { configForStage, defaultStage, deploymentRoleName } from './resource-names.ts';
import type { Config, ServiceConfig, TargetConfig } from './schema.ts';

/**
 * What follows from a configuration and a stage, made once: neither changes while a process lives, and every event and every request asks.
 * With thousands of services, each of which asks, the cost would grow with the square of their number.
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

/** A service of the configuration, with the target that it stands in. */
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

/** What the configuration says of the service that is called `test/web` in it; undefined where it names none so. */
export const findConfiguredService = (
  config: Config,
  name: string | undefined,
  stage?: string,
): ConfiguredService | undefined => (name === undefined ? undefined : servicesByName(config, stage).get(name));

/** All targets of a stage, in the order of the configuration. */
export const listTargets = memoizeByStage((config, stage) =>
  [...servicesByName(config, stage)].map(([name, { service, target }]) => toTarget(name, service, { target, stage })),
);

/** The target that `test/web` names. Throws a ConfigurationError with the names that exist. */
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

/** EventBridge itself writes an event's account and Region, also where another account forwards it; what is in the detail anybody may claim. */
interface EventOrigin {
  account: string;
  region: string;
}

const isFromOrigin =
  ({ account, region }: EventOrigin) =>
  (target: Target): boolean =>
    accountOf(target) === account && target.region === region;

/** The targets in the account and Region that an event comes from. */
export const targetsForEventOrigin = (config: Config, stage: string, origin: EventOrigin): Target[] =>
  listTargets(config, stage).filter(isFromOrigin(origin));

/** The target that an event is about by the service's ARN, in the long form that events have: one or none, since a service stands once in a configuration. */
export function targetsForEventResource(
  config: Config,
  stage: string,
  event: EventOrigin & { resources: string[] },
): Target[] {
  const found = targetsByArn(config, stage).get(event.resources[0] ?? '');
  return found !== undefined && isFromOrigin(event)(found) ? [found] : [];
}

/** Whether a target's events come to the build account: then a rollout there is waited for, not polled. Nobody forwards those of a target that is not configured. */
export const areEventsForwarded = (config: Config, { name }: Target): boolean =>
  findConfiguredService(config, name)?.target.events === 'forwarded';

/** The ARN of the role that Gantry deploys to a target with. */
export const deploymentRoleArn = (target: TargetConfig, stage: string = defaultStage): string =>
  `arn:aws:iam::${target.account}:role/${deploymentRoleName(target, stage)}`;

const accountOf = ({ roleArn }: Target): string => roleArn.split(':')[4] ?? '';

/** The ARN of a target's service, in the long form that events have. */
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

/** Whether an event may roll back a deployment that Gantry did not make. */
export const mayRollBackForeignDeployments = (config: Config, { name }: Target): boolean =>
  findConfiguredService(config, name)?.service.rollBackForeignDeployments ?? false;

/** The alarms that the configuration names for a target; none for a target that it does not name. */
export const configuredAlarms = (config: Config, { name }: Target): string[] =>
  findConfiguredService(config, name)?.service.alarms ?? [];
