import type { Config } from '../../core/config/check.ts';
import { type Installation, resolveInstallation } from '../../infra/installation.ts';
import type { RoleDeclaration } from '../../infra/policy.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import { declareServiceRoles, servicesOf } from '../../infra/system-targets.ts';
import type { Cloud } from '../cloud.ts';
import { actAsAdministrator } from './accounts.ts';
import { installKey, installPipeline, protectKey } from './install-build.ts';
import { installService } from './install-service.ts';
import { addExistingServices, listTargetServices, type TargetService } from './target-services.ts';
import { declareTeamPipeline, type TeamPipeline } from './team-pipeline.ts';

/** The resources that exist already according to the configuration: services, and a team's pipeline if Gantry creates none. */
export interface ExistingResources {
  services: TargetService[];
  team?: TeamPipeline;
}

/** Installs the resources that exist before Gantry: services that Gantry does not create, with their roles, and a team's pipeline if `pipelines` is empty. */
export async function installExistingResources(
  cloud: Cloud,
  config: Config,
  system: SystemDeclaration,
): Promise<ExistingResources> {
  const own = resolveInstallation(config, system.stage, system.key?.arn ?? '');
  const targets = addExistingServices(own.config.targets);
  const services = listTargetServices(targets);
  const installation: Installation = { ...own, config: { ...own.config, targets } };
  await installServices(cloud, installation, system);
  if (config.pipelines.length > 0 || services.length === 0) return { services };
  const admin = actAsAdministrator(cloud, system.account, system.region);
  const team = declareTeamPipeline({ ...installation, key: await installKey(admin) });
  if (team === undefined) return { services };
  installMissingRoles(cloud, team.roles);
  await protectKey(admin, team.key);
  await installPipeline(admin, team);
  return { services, team };
}

async function installServices(cloud: Cloud, installation: Installation, system: SystemDeclaration): Promise<void> {
  const created = new Set(system.services.map(({ target }) => target));
  for (const target of installation.config.targets) {
    const admin = actAsAdministrator(cloud, target.account, target.region);
    installMissingRoles(cloud, declareServiceRoles(installation, target));
    for (const service of servicesOf(installation, target))
      if (!created.has(service.target)) await installService(admin, service);
  }
}

/** Skips roles that Gantry creates, because they are already installed. */
function installMissingRoles(cloud: Cloud, roles: RoleDeclaration[]): void {
  for (const { arn, trust, policies } of roles)
    if (!cloud.iam.roles.has(arn)) cloud.iam.roles.set(arn, { arn, trust, policies });
}
