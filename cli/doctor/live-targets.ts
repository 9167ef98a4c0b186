import { readInstalledService } from '../../aws/installed-service.ts';
import { assumeTargetRole, type SessionCredentials } from '../../aws/sts.ts';
import type { Config, ServiceConfig, TargetConfig } from '../../core/config/check.ts';
import { deploymentRoleArn } from '../../core/config/targets.ts';
import { Failure } from '../../core/errors/failure.ts';
import type { Target } from '../../core/model/release.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import type { DoctorFacts, LookupResult, ServiceFacts } from './facts.ts';
import { lookUp } from './lookup.ts';

interface LiveContext {
  config: Config;
  system: SystemDeclaration;
  /** The account of the caller's credentials. */
  own: string | undefined;
}

/** Reads every target with its deployment role, as Gantry does, or with the caller's own credentials if they belong to its account. */
export async function inspectTargets(
  context: LiveContext,
  now: Date,
): Promise<Pick<DoctorFacts, 'services' | 'assumed'>> {
  const services: DoctorFacts['services'] = new Map();
  const assumed: DoctorFacts['assumed'] = new Map();
  for (const target of context.config.targets)
    for (const service of target.services) {
      const keys = await obtainTargetCredentials(context, createTarget(context.system, target, service), now);
      assumed.set(target.name, 'found' in keys ? { found: 'assumed' } : keys);
      services.set(`${target.name}/${service.name}`, await inspectService(context, { target, service, keys }));
    }
  return { services, assumed };
}

const createTarget = ({ stage }: SystemDeclaration, target: TargetConfig, service: ServiceConfig): Target => ({
  roleArn: deploymentRoleArn(target, stage),
  ...(target.externalId !== undefined && { externalId: target.externalId }),
  region: target.region,
  cluster: target.cluster,
  service: service.name,
});

/** The role trusts only the build account, so only its credentials can test that. */
async function obtainTargetCredentials(
  { system, own }: LiveContext,
  target: Target,
  now: Date,
): Promise<LookupResult<SessionCredentials>> {
  if (own !== system.account)
    return {
      unread: `run this again with credentials of account ${system.account}, the only one that the role trusts`,
    };
  try {
    return { found: await assumeTargetRole(target, 'doctor', now) };
  } catch (error) {
    if (error instanceof Failure && error.name === 'PermissionError') return { missing: error.message };
    return { unread: `the role ${target.roleArn} could not be tried: ${error}` };
  }
}

async function inspectService(
  { system, own }: LiveContext,
  { target, service, keys }: { target: TargetConfig; service: ServiceConfig; keys: LookupResult<SessionCredentials> },
): Promise<LookupResult<ServiceFacts>> {
  const ours = own === target.account;
  if (!('found' in keys) && !ours) {
    const why = 'missing' in keys ? 'the deployment role cannot be assumed; ' : '';
    return { unread: `${why}run this again with credentials of account ${target.account}` };
  }
  const read = () =>
    readInstalledService(
      createTarget(system, target, service),
      service.alarms,
      'found' in keys ? keys.found : undefined,
    );
  const thing = `service ${service.name} in cluster ${target.cluster}`;
  return lookUp({ thing, account: target.account }, async () => {
    const found = await read();
    return typeof found === 'string' ? undefined : found;
  });
}
