import type { Target } from '../model/release.ts';
import type { Config } from './schema.ts';
import { findTarget, listPatternTargets, listTargets, type NamedTarget } from './targets.ts';

/** The account and Region of an event. EventBridge sets them, also for a forwarded event, while anybody can write the detail. */
interface EventOrigin {
  account: string;
  region: string;
}

const isFromOrigin =
  ({ account, region }: EventOrigin) =>
  (target: Target): boolean =>
    target.roleArn.split(':')[4] === account && target.region === region;

/** Returns the named targets in the account and Region that an event comes from. */
export const targetsForEventOrigin = (config: Config, stage: string, origin: EventOrigin): Target[] =>
  listTargets(config, stage).filter(isFromOrigin(origin));

/** Returns the patterns in the account and Region that an event comes from. */
export const patternsForEventOrigin = (config: Config, stage: string, origin: EventOrigin): NamedTarget[] =>
  listPatternTargets(config, stage).filter(isFromOrigin(origin));

const serviceArnPattern =
  /^arn:[\w-]+:ecs:(?<region>[\w-]+):(?<account>\d{12}):service\/(?<cluster>[\w-]+)\/(?<service>[\w-]+)$/;

/** Returns the target that an event is about, by the service's ARN in the long format. None or one, because a configuration allows each service once. */
export function targetsForEventResource(
  config: Config,
  stage: string,
  { account, region, resources }: EventOrigin & { resources: string[] },
): Target[] {
  const { cluster = '', service = '', ...place } = serviceArnPattern.exec(resources[0] ?? '')?.groups ?? {};
  if (place.account !== account || place.region !== region) return [];
  const found = findTarget(config, stage, (target) => target.account === account, { region, cluster, service });
  return found === undefined ? [] : [found];
}
