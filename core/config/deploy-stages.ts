import type { Config, PipelineConfig, TargetConfig } from './schema.ts';
import { findServiceSettings, type ServiceSettings } from './service-settings.ts';

/** The services that a created pipeline deploys to in one stage. */
export interface DeployStage {
  target: TargetConfig;
  services: ServiceSettings[];
}

/** Returns what a created pipeline deploys: one stage for each target, in the order in which `deploys` first names the target. */
export function listDeployStages(config: Config, { deploys }: PipelineConfig): DeployStage[] {
  const entries = deploys.map((name) => name.split('/'));
  const targets = [...new Set(entries.map(([target]) => target))];
  return targets.flatMap((name) => {
    const target = config.targets.find((one) => one.name === name);
    if (target === undefined) return [];
    const services = entries.filter(([one]) => one === name).map(([, service = '']) => service);
    return [{ target, services: services.flatMap((service) => findServiceSettings(target, service) ?? []) }];
  });
}
