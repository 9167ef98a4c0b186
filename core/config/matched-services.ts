import { listDeployStages } from './deploy-stages.ts';
import type { Config, TargetConfig } from './schema.ts';

/** Whether a target allows services that it does not name. A pattern without `*` allows one name, which `services` can have too. */
const allowsUnnamedServices = ({ services, match }: TargetConfig): boolean =>
  (match?.services ?? []).some((pattern) => pattern.includes('*') || services.every(({ name }) => name !== pattern));

/** Whether a pipeline that Gantry creates deploys a service that its target does not name. */
const isDeployedUnnamed = (config: Config, { name }: TargetConfig): boolean =>
  config.pipelines
    .flatMap((pipeline) => listDeployStages(config, pipeline))
    .some(
      ({ target, services }) => target.name === name && services.some(({ containers }) => containers === undefined),
    );

/**
 * Whether a pipeline can deploy a service of the target that only a pattern allows. Actions of one stage can share an image list, and the configuration does
 * not name the containers of such a service. So Gantry reads in the target account which entries of the list belong to the action's service.
 */
export const canPipelinesDeployUnnamed = (config: Config, target: TargetConfig): boolean =>
  allowsUnnamedServices(target) && (target.allowedPipelines.length > 0 || isDeployedUnnamed(config, target));
