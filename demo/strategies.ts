import { actAsAdministrator } from '../local/run/accounts.ts';
import type { RunningSystem } from '../local/run/start.ts';
import type { TargetService } from '../local/run/target-services.ts';
import { type DemoStrategy, demoConfigurations } from './strategy-names.ts';

/** Configures the services with the strategy, as the services' owner does once. This starts no deployment. */
export async function configureStrategy(
  { cloud }: RunningSystem,
  targets: TargetService[],
  strategy: DemoStrategy,
): Promise<void> {
  for (const { target, service } of targets)
    await actAsAdministrator(cloud, target.account, target.region)('ecs', 'UpdateService', {
      cluster: target.cluster,
      service: service.name,
      deploymentConfiguration: demoConfigurations[strategy],
    });
}
