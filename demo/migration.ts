import type { Config } from '../core/config/check.ts';
import type { ReleaseTask } from '../core/model/release-task.ts';

const createMigration = (container: string): ReleaseTask & { stopOnDeath: boolean } => ({
  name: 'migrate',
  container,
  command: ['node', 'migrate.js'],
  timeoutMinutes: 10,
  stopOnDeath: false,
});

/** Adds the migration of the example application (`examples/web/migrate.js`) to each service that has no tasks of its own. */
export function addMigration(config: Config): Config {
  const targets = config.targets.map((target) => ({
    ...target,
    services: target.services.map((service) => {
      const [container] = service.containers;
      const hasTasks = service.preDeploy.length + service.postDeploy.length > 0;
      return hasTasks || container === undefined ? service : { ...service, preDeploy: [createMigration(container)] };
    }),
  }));
  return { ...config, targets };
}
