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

export interface InstallOptions {
  stage: string;
  /** The folder of the built functions. */
  bundles: string;
  /** Also installs the resources that exist already according to the configuration. */
  withExistingResources: boolean;
}

/** A way to install Gantry in a cloud. */
export type Installer = (cloud: Cloud, config: Config, how: InstallOptions) => Promise<InstalledSystem>;

/** Creates an administrator in each account, and returns their keys. */
export function createAdministrators(cloud: Cloud, { build, targets }: Config): Map<string, IssuedCredentials> {
  const accounts = new Set([build.account, ...targets.map((target) => target.account)]);
  return new Map([...accounts].map((account) => [account, createAdministrator(cloud, { ...build, account })]));
}

/** Installs the services that `create` asks for. On request, also installs everything that exists before Gantry. */
export async function installServices(
  cloud: Cloud,
  config: Config,
  system: SystemDeclaration,
  { withExistingResources, stage }: Pick<InstallOptions, 'withExistingResources' | 'stage'>,
): Promise<ExistingResources> {
  for (const service of system.services)
    await installService(actAsAdministrator(cloud, service.account, service.region), service);
  return withExistingResources
    ? installExistingResources(cloud, config, system)
    : { services: listCreatedServices(configForStage(config, stage)) };
}

/** Installs in a cloud the resources that `infra/` would deploy to AWS: the same roles, policies and declarations. */
export async function installSystem(cloud: Cloud, config: Config, how: InstallOptions): Promise<InstalledSystem> {
  const { account, region } = config.build;
  const administrators = createAdministrators(cloud, config);
  const admin = actAsAdministrator(cloud, account, region);
  const system = declareSystem(config, { stage: how.stage, keyArn: await installKey(admin) });
  installRoles(cloud, system);
  await installBuild(admin, system);
  const existing = await installServices(cloud, config, system, how);
  await installTopics(admin, system);
  await installWorkflow(cloud, system, how.bundles);
  return { config, system, administrators, ...existing };
}

const listCreatedServices = ({ targets }: Config): TargetService[] =>
  listTargetServices(targets).filter(({ service }) => service.create !== undefined);
