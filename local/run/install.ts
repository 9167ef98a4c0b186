import type { Config } from '../../core/config/check.ts';
import { configForStage } from '../../core/config/resource-names.ts';
import { declareSystem, type SystemDeclaration } from '../../infra/system.ts';
import type { Cloud } from '../cloud.ts';
import type { IssuedCredentials } from '../iam.ts';
import { actAsAdministrator, createAdministrator, installRoles } from './accounts.ts';
import { installBuild, installKey } from './install-build.ts';
import { type ExistingResources, installExistingResources } from './install-existing.ts';
import { installService } from './install-service.ts';
import { installTopics } from './install-topics.ts';
import { installWorkflow } from './install-workflow.ts';
import { listTargetServices, type TargetService } from './target-services.ts';

/** The installed system, with the administrator's keys of each account. */
export interface InstalledSystem extends ExistingResources {
  config: Config;
  system: SystemDeclaration;
  administrators: Map<string, IssuedCredentials>;
}

/**
 * Installs in a cloud what `infra/` would deploy to AWS: the same roles, policies and declarations. `bundles` is the folder of
 * the built functions. `withExistingResources`: also what the configuration says exists already.
 */
export async function installSystem(
  cloud: Cloud,
  config: Config,
  how: { stage: string; bundles: string; withExistingResources: boolean },
): Promise<InstalledSystem> {
  const { account, region } = config.build;
  const accounts = new Set([account, ...config.targets.map((target) => target.account)]);
  const administrators = new Map(
    [...accounts].map((each) => [each, createAdministrator(cloud, { account: each, region })]),
  );
  const admin = actAsAdministrator(cloud, account, region);
  const system = declareSystem(config, { stage: how.stage, keyArn: await installKey(admin) });
  installRoles(cloud, system);
  await installBuild(admin, system);
  for (const service of system.services)
    await installService(actAsAdministrator(cloud, service.account, service.region), service);
  const existing = how.withExistingResources
    ? await installExistingResources(cloud, config, system)
    : { services: listCreatedServices(configForStage(config, how.stage)) };
  await installTopics(admin, system);
  await installWorkflow(cloud, system, how.bundles);
  return { config, system, administrators, ...existing };
}

const listCreatedServices = ({ targets }: Config): TargetService[] =>
  listTargetServices(targets).filter(({ service }) => service.create !== undefined);
