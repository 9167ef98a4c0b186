import type { Config } from '../../core/config/check.ts';
import { type System, systemOf } from '../../infra/system.ts';
import type { Cloud } from '../cloud.ts';
import type { Credentials } from '../iam.ts';
import { actAs, createAdministrator, installRoles } from './accounts.ts';
import { installBuild, installKey } from './install-build.ts';
import { installService } from './install-service.ts';
import { installWorkflow } from './install-workflow.ts';

/** What was installed, and each account's administrator's keys. */
export interface Installed {
  config: Config;
  system: System;
  administrators: Map<string, Credentials>;
}

/** Installs in a cloud what `infra/` would deploy in AWS: the same roles, policies and declarations. `bundles` holds the built functions. */
export async function install(
  cloud: Cloud,
  config: Config,
  how: { stage: string; bundles: string },
): Promise<Installed> {
  const { account, region } = config.build;
  const accounts = new Set([account, ...config.targets.map((target) => target.account)]);
  const administrators = new Map([...accounts].map((each) => [each, createAdministrator(cloud, each)]));
  const admin = actAs(cloud, account, region);
  const system = systemOf(config, { stage: how.stage, keyArn: await installKey(admin) });
  installRoles(cloud, system);
  await installBuild(admin, system);
  for (const service of system.services) await installService(actAs(cloud, service.account, service.region), service);
  await installWorkflow(cloud, system, how.bundles);
  return { config, system, administrators };
}
