import { readService } from '../../aws/installed-service.ts';
import { assume, type Credentials } from '../../aws/sts.ts';
import type { Config, ServiceConfig, TargetConfig } from '../../core/config/check.ts';
import { roleArnOf } from '../../core/config/targets.ts';
import { Failure } from '../../core/errors/failure.ts';
import type { Target } from '../../core/model/release.ts';
import type { System } from '../../infra/system.ts';
import type { Facts, HeldService, Read } from './facts.ts';
import { read } from './read.ts';

interface Looking {
  config: Config;
  system: System;
  /** The account of the caller's credentials. */
  own: string | undefined;
}

/** Every target: as its deployment role, which shows that Gantry could; or with the caller's own credentials, if they are of that account. */
export async function lookAtTargets(looking: Looking, now: Date): Promise<Pick<Facts, 'services' | 'assumed'>> {
  const services: Facts['services'] = new Map();
  const assumed: Facts['assumed'] = new Map();
  for (const target of looking.config.targets)
    for (const service of target.services) {
      const keys = await keysFor(looking, targetOf(looking.system, target, service), now);
      assumed.set(target.name, 'found' in keys ? { found: 'assumed' } : keys);
      services.set(`${target.name}/${service.name}`, await theService(looking, { target, service, keys }));
    }
  return { services, assumed };
}

const targetOf = ({ stage }: System, target: TargetConfig, service: ServiceConfig): Target => ({
  roleArn: roleArnOf(target, stage),
  ...(target.externalId !== undefined && { externalId: target.externalId }),
  region: target.region,
  cluster: target.cluster,
  service: service.name,
});

/** Only the build account is trusted by the role, so that only its credentials can show that it is. */
async function keysFor({ system, own }: Looking, target: Target, now: Date): Promise<Read<Credentials>> {
  if (own !== system.account)
    return {
      unread: `run this again with credentials of account ${system.account}, the only one that the role trusts`,
    };
  try {
    return { found: await assume(target, 'doctor', now) };
  } catch (error) {
    if (error instanceof Failure && error.name === 'PermissionError') return { missing: error.message };
    return { unread: `the role ${target.roleArn} could not be tried: ${error}` };
  }
}

async function theService(
  { system, own }: Looking,
  { target, service, keys }: { target: TargetConfig; service: ServiceConfig; keys: Read<Credentials> },
): Promise<Read<HeldService>> {
  const ours = own === target.account;
  if (!('found' in keys) && !ours) {
    const why = 'missing' in keys ? 'the deployment role cannot be assumed; ' : '';
    return { unread: `${why}run this again with credentials of account ${target.account}` };
  }
  const look = () =>
    readService(targetOf(system, target, service), service.alarms, 'found' in keys ? keys.found : undefined);
  const thing = `service ${service.name} in cluster ${target.cluster}`;
  return read({ thing, account: target.account }, async () => {
    const found = await look();
    return typeof found === 'string' ? undefined : found;
  });
}
