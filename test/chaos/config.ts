import { type Config, validateConfig } from '../../core/config/check.ts';

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

/** The name of the schedule of a service that has one. */
export const scheduleName = (service: string): string => `nightly-${service}`;

/** The pre- and the post-deploy task of each service that has some. The images say how their commands end (setup.ts). */
export const taskCommands = { migrate: 'bin/migrate', smoke: 'bin/smoke' };

const task = { container: 'app', timeoutMinutes: 3 };
const ownTasks = {
  preDeploy: [{ ...task, name: 'migrate', command: [taskCommands.migrate], stopOnDeath: true }],
  postDeploy: [{ ...task, name: 'smoke', command: [taskCommands.smoke] }],
};

/** The configuration for a run: with or without events, and with or without tasks and a schedule in each service. */
export function configFor({ polling = false, tasks }: { polling?: boolean; tasks?: object | undefined }): Config {
  const base = polling ? configWithoutEvents : config;
  if (tasks === undefined) return base;
  const targets = base.targets.map((target) => ({
    ...target,
    services: target.services.map((each) => ({ ...each, ...ownTasks, schedules: [scheduleName(each.name)] })),
  }));
  return validateConfig({ ...base, targets });
}

/** The services with their target names (`test/web`) and accounts. */
export const services = config.targets.flatMap(({ name, account, cluster, services: own }) =>
  own.map((each) => ({ target: `${name}/${each.name}`, account, cluster, name: each.name })),
);
