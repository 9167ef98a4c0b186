import { validateConfig } from '../../core/config/check.ts';

/** One service for each scenario, so that one run can play all scenarios. */
export const serviceNames = [
  'good',
  'ecs-rolls-back',
  'we-update',
  'we-stop',
  'superseded',
  'by-hand',
  'by-event',
  'job',
  'lambda-job',
  'failed-job',
  'abandoned-job',
  'shifts',
  'shift-fails',
  'with-tasks',
  'task-fails',
] as const;

export type ServiceName = (typeof serviceNames)[number];

/** The services whose releases run tasks and move a schedule, with the command of the task before the deployment. */
const migrations = new Map<ServiceName, string>([
  ['with-tasks', 'bin/migrate'],
  ['task-fails', 'bin/fail'],
]);

export const scheduleOf = (service: ServiceName): string | undefined =>
  migrations.has(service) ? `nightly-${service}` : undefined;

function declareTasks(service: ServiceName) {
  const command = migrations.get(service);
  if (command === undefined) return {};
  const task = { container: 'app', timeoutMinutes: 5 };
  return {
    preDeploy: [{ ...task, name: 'migrate', command: [command] }],
    postDeploy: [{ ...task, name: 'smoke', command: ['bin/smoke'] }],
    schedules: [`nightly-${service}`],
  };
}

export const targetAccount = '222222222222';

export const config = validateConfig({
  name: 'shop',
  build: { account: '111111111111', region: 'eu-west-1' },
  targets: [
    {
      name: 'test',
      account: targetAccount,
      region: 'eu-west-1',
      cluster: 'shop',
      allowedPipelines: [...serviceNames],
      services: serviceNames.map((name) => ({
        name,
        containers: ['app'],
        executionRole: `${name}-execution`,
        taskRoles: [`${name}-task`],
        rollBackForeignDeployments: name === 'by-event',
        ...declareTasks(name),
        // If GetJobDetails refuses jobs of Lambda invoke actions, their pipeline is not known.
        ...(name === 'lambda-job' ? { allowedPipelines: ['*'] } : {}),
      })),
    },
  ],
  pipelines: [
    {
      name: 'shop',
      source: { type: 's3', bucket: 'sources', key: 'shop.zip' },
      deploys: serviceNames.map((name) => `test/${name}`),
    },
  ],
});
