import type { Config } from '../../core/config/check.ts';
import example from '../../infra/config.ts';

/** Returns the example's configuration with these alarms for each service. */
export const withAlarms = (...alarms: string[]): Config => ({
  ...example,
  targets: example.targets.map((target) => ({
    ...target,
    services: target.services.map((service) => ({ ...service, alarms })),
  })),
});
