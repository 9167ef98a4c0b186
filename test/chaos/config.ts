import { validateConfig } from '../../core/config/check.ts';

/** The alarm that the configuration names for `test/web`. */
export const configuredAlarm = 'errors-web';

const service = (name: string, containers: string[], alarms: string[] = []) => ({
  name,
  containers,
  alarms,
  executionRole: `${name}-execution`,
  taskRoles: [`${name}-task`],
});

/** Two target accounts with three services. The tests create the services themselves. */
export const config = validateConfig({
  name: 'shop',
  build: { account: '111111111111', region: 'eu-west-1' },
  targets: [
    {
      name: 'test',
      account: '222222222222',
      region: 'eu-west-1',
      cluster: 'shop',
      allowedPipelines: ['*'],
      services: [service('web', ['app', 'proxy'], [configuredAlarm]), service('api', ['app', 'proxy'])],
    },
    {
      name: 'prod',
      account: '333333333333',
      region: 'eu-west-1',
      cluster: 'shop',
      allowedPipelines: ['*'],
      services: [service('web', ['app', 'proxy'])],
    },
  ],
  pipelines: [
    {
      name: 'shop',
      source: { type: 's3', bucket: 'sources', key: 'release-*.zip' },
      deploys: ['test/web', 'test/api', 'prod/web'],
    },
  ],
});

/** The same configuration, but no target forwards events. */
export const configWithoutEvents = validateConfig({
  ...config,
  targets: config.targets.map((target) => ({ ...target, events: 'none' as const })),
});

/** The services with their target names (`test/web`) and accounts. */
export const services = config.targets.flatMap(({ name, account, cluster, services: own }) =>
  own.map((each) => ({ target: `${name}/${each.name}`, account, cluster, name: each.name })),
);
