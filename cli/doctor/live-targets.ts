import { type InstalledService, readInstalledService } from '../../aws/installed-service.ts';
import { listMatchedServicesAs } from '../../aws/matched-services.ts';
import { assumeTargetRole, type SessionCredentials } from '../../aws/sts.ts';
import type { Config, TargetConfig } from '../../core/config/check.ts';
import { viewerRoleName } from '../../core/config/resource-names.ts';
import { findServiceSettings, type ServiceSettings } from '../../core/config/service-settings.ts';
import { deploymentRoleArn } from '../../core/config/targets.ts';
import { Failure } from '../../core/errors/failure.ts';
import type { Target } from '../../core/model/release.ts';
import { findConfiguredSchedules } from '../../core/schedule/rules.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import { inspectPassableRoles } from './live-roles.ts';
import { inspectSchedules } from './live-schedules.ts';
import { lookUp } from './lookup.ts';
import type { LookupResult } from './role-facts.ts';
import { createEmptyTargetFacts, type TargetAccountFacts } from './target-facts.ts';

interface LiveContext {
  config: Config;
  system: SystemDeclaration;
  /** The account of the caller's credentials. */
  own: string | undefined;
}

type Keys = LookupResult<SessionCredentials>;

/** Reads every target with its viewer role, or with the caller's own credentials if they belong to its account. */
export async function inspectTargets(context: LiveContext, now: Date): Promise<TargetAccountFacts> {
  const facts = createEmptyTargetFacts();
  for (const target of context.config.targets) {
    const inspection = { context, target, now, facts };
    for (const { name } of target.services) await readService(inspection, name, await assumeFor(inspection, name));
    for (const pattern of target.match?.services ?? []) await readMatchedServices(inspection, pattern);
    if (target.match !== undefined) facts.passable.set(target.name, await inspectPassableRoles(target, context.own));
  }
  return facts;
}

/** One target, and the facts that are collected about it. */
interface Inspection {
  context: LiveContext;
  target: TargetConfig;
  now: Date;
  facts: TargetAccountFacts;
}

/** Assumes the target's viewer role for a service, or for the services that match a pattern. */
async function assumeFor({ context, target, now, facts }: Inspection, service: string): Promise<Keys> {
  const wanted = { target: createTarget(context.system, target, service), viewers: target.viewers };
  const keys = await obtainTargetCredentials(context, wanted, now);
  facts.assumed.set(target.name, 'found' in keys ? { found: 'assumed' } : keys);
  return keys;
}

async function readService({ context, target, now, facts }: Inspection, name: string, keys: Keys): Promise<void> {
  const service = findServiceSettings(target, name);
  if (service === undefined || facts.services.has(`${target.name}/${name}`)) return;
  const found = await inspectService(context, { target, service, keys });
  facts.services.set(`${target.name}/${name}`, found);
  const named = { ...createTarget(context.system, target, name), name: `${target.name}/${name}` };
  // The names of this configuration are those of its stage already.
  const configured = findConfiguredSchedules(context.config, named);
  if (configured !== undefined) facts.schedules.set(named.name, await inspectSchedules(configured, found, now));
}

/** The session of a pattern can read every service that matches. */
async function readMatchedServices(inspection: Inspection, pattern: string): Promise<void> {
  const { context, target, facts } = inspection;
  const keys = await assumeFor(inspection, pattern);
  const names = await listServicesOf(context, target, { pattern, keys });
  facts.matched.set(`${target.name}/${pattern}`, names);
  for (const name of 'found' in names ? names.found : []) await readService(inspection, name, keys);
}

const createTarget = ({ stage }: SystemDeclaration, target: TargetConfig, service: string): Target => ({
  name: target.name,
  roleArn: deploymentRoleArn(target, stage),
  region: target.region,
  cluster: target.cluster,
  service,
});

/** Assumes the viewer role, which people use to read a target. The deployment role trusts only Gantry's own roles. */
async function obtainTargetCredentials(
  { own }: LiveContext,
  { target, viewers }: { target: Target; viewers: string[] },
  now: Date,
): Promise<LookupResult<SessionCredentials>> {
  if (!viewers.some((arn) => arn.split(':')[4] === own))
    return {
      unread: `targets.${target.name}.viewers names nobody of account ${own}, so its viewer role cannot be assumed with these credentials`,
    };
  try {
    return { found: await assumeTargetRole(target, { execution: 'doctor', access: 'view' }, now) };
  } catch (error) {
    if (error instanceof Failure && error.name === 'PermissionError') return { missing: error.message };
    return { unread: `the role ${viewerRoleName(target.roleArn)} could not be tried: ${error}` };
  }
}

/** The credentials for reading a target (`undefined`: the caller's own), or the reason why the caller has none. */
function chooseCredentials(
  { own }: LiveContext,
  { account }: TargetConfig,
  keys: Keys,
): { use: SessionCredentials | undefined } | { unread: string } {
  if ('found' in keys) return { use: keys.found };
  if (own === account) return { use: undefined };
  const why = 'missing' in keys ? 'the viewer role cannot be assumed; ' : '';
  return { unread: `${why}run this again with credentials of account ${account}` };
}

async function listServicesOf(
  context: LiveContext,
  target: TargetConfig,
  { pattern, keys }: { pattern: string; keys: Keys },
): Promise<LookupResult<string[]>> {
  const credentials = chooseCredentials(context, target, keys);
  if ('unread' in credentials) return credentials;
  const place = { thing: `list of services of the cluster ${target.cluster}`, account: target.account };
  return lookUp(place, () => listMatchedServicesAs(createTarget(context.system, target, pattern), credentials.use));
}

async function inspectService(
  context: LiveContext,
  { target, service, keys }: { target: TargetConfig; service: ServiceSettings; keys: Keys },
): Promise<LookupResult<InstalledService>> {
  const credentials = chooseCredentials(context, target, keys);
  if ('unread' in credentials) return credentials;
  const thing = `service ${service.name} in cluster ${target.cluster}`;
  return lookUp({ thing, account: target.account }, async () => {
    const at = createTarget(context.system, target, service.name);
    const found = await readInstalledService(at, service.alarms, credentials.use);
    return typeof found === 'string' ? undefined : found;
  });
}
