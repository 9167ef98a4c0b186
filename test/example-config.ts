import type { ConfigInput } from '../core/config/schema.ts';
import example from '../infra/config.ts';

type Targets = ConfigInput['targets'];

/** Returns the example with other targets. Its pipeline deploys to every service of these targets. */
export const exampleWithTargets = (targets: Targets): ConfigInput => ({
  ...example,
  targets,
  pipelines: deployTo(example.pipelines, targets),
});

/** Returns pipelines that deploy to every service of these targets. */
export const deployTo = (pipelines: NonNullable<ConfigInput['pipelines']>, targets: Targets): typeof pipelines =>
  pipelines.map((pipeline) => ({
    ...pipeline,
    deploys: targets.flatMap(({ name, services = [] }) => services.map((service) => `${name}/${service.name}`)),
  }));

/** Returns the example with another source of its pipeline. */
export const exampleWithSource = (source: NonNullable<ConfigInput['pipelines']>[number]['source']): ConfigInput => ({
  ...example,
  pipelines: example.pipelines.map((pipeline) => ({ ...pipeline, source })),
});
