import { describe, expect, it, vi } from 'vitest';
import { type Config, validateConfig } from '../../core/config/check.ts';
import { checkReleases } from '../../demo/check-releases.ts';
import { createCloudReader } from '../../demo/cloud-reader.ts';
import { prepareEnvironment } from '../../demo/play-environment.ts';
import { createDemoRepository } from '../../demo/repository.ts';
import { createDemoSystem, listDeployedServices } from '../../demo/system.ts';
import { releaseTwoCommits } from '../../demo/two-releases.ts';
import { formatExampleCommands } from '../../local/run/example-commands.ts';
import { createSystemFactory, type InProcessSystem } from '../../local/run/in-process-system.ts';
import { useFolderAsSource } from '../../local/run/source.ts';
import { formatFirstServiceName, type TargetService } from '../../local/run/target-services.ts';
import { listDocumentedConfigurations } from '../documented-configurations.ts';

const place = { account: '222222222222', region: 'eu-west-1', cluster: 'shop' };
const build = { account: '111111111111', region: 'eu-west-1' };
/** Configurations that no document shows. */
const others: [what: string, input: object][] = [
  [
    'all services of two clusters, by patterns, with an approval',
    {
      name: 'gantry',
      build,
      repositories: ['team/*'],
      targets: [
        {
          name: 'test',
          ...place,
          allowedPipelines: ['*'],
          match: { services: '*', passRoles: ['*-task', '*-execution'] },
        },
        {
          name: 'prod',
          ...place,
          account: '333333333333',
          approval: true,
          allowedPipelines: ['te*', 'other'],
          match: { services: 'web', passRoles: ['web'] },
        },
      ],
    },
  ],
  [
    'existing services in a pipeline that Gantry creates, with other containers and another file',
    {
      name: 'gantry',
      build,
      targets: [
        {
          name: 'dev',
          ...place,
          services: [
            {
              name: 'api',
              containers: ['api', 'proxy'],
              executionRole: 'path/api',
              family: 'other',
              logGroup: '/x',
              fileName: 'out/api.json',
            },
          ],
        },
      ],
      pipelines: [{ name: 'api', source: { type: 's3', bucket: 'sources', key: 'api.zip' }, deploys: ['dev/api'] }],
    },
  ],
];
const configurations = [
  ...listDocumentedConfigurations().map(({ where, config }): [string, Config] => [where, validateConfig(config)]),
  ...others.map(([what, input]): [string, Config] => [what, validateConfig(input as never)]),
];

const start = async (config: Config): Promise<InProcessSystem> =>
  (await createSystemFactory(config, { withExistingResources: true }))('documents');

/** The checks of `doctor --live` that fail, with the credentials of an account's administrator. */
async function runLiveDoctor(system: InProcessSystem, account: string) {
  const keys = system.administrators.get(account);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: system.cloud.url,
    AWS_ACCESS_KEY_ID: keys?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys?.secretAccessKey,
  });
  // The AWS clients of a module keep the endpoint and the credentials with which they were created.
  vi.resetModules();
  const { collectLiveFacts } = await import('../../cli/doctor/live-facts.ts');
  const { diagnose } = await import('../../cli/doctor/diagnose.ts');
  return diagnose(await collectLiveFacts(system.config, 'production', new Date(system.clock.now())));
}

it('finds configurations in the documents', () => {
  expect(configurations.length).toBeGreaterThan(others.length + 2);
});

it('play offers a job and has two healthy releases of the first service, which a pattern matches', async () => {
  const [[, config]] = configurations.slice(-others.length) as [[string, Config]];
  const system = await start(config);
  const repository = await createDemoRepository(listDeployedServices(system));
  useFolderAsSource(system, config, repository.folder);
  const reader = createCloudReader(system);
  expect(formatExampleCommands(system)).toMatch(/get-pipeline-state --name team\n.*-deploy_test .*"service":"web"/);
  const environment = { clock: system.clock, running: system, reader, build: system.admin(build.account) };
  await prepareEnvironment(environment, 'take-job');
  const [{ target, service }] = system.services as [TargetService];
  expect(formatFirstServiceName(system.services)).toBe('test/web');
  expect((await reader.service(target, service)).taskDefinition).toMatch(/:3$/);
  const deploying = (await reader.stages()).find(({ stageName }) => stageName === 'Deploy-test');
  expect(deploying?.actionStates[0]?.latestExecution?.status).toBe('InProgress');
  await repository.remove();
  await system.stop();
});

it('a configuration that allows no pipeline has its services in the embedded AWS, and the demo says what it lacks', async () => {
  const config = validateConfig({
    name: 'gantry',
    build,
    targets: [{ name: 'test', ...place, match: { services: 'shop-*', passRoles: ['shop-*'] } }],
  });
  const system = await start(config);
  expect(formatExampleCommands(system)).toMatch(/^# try:\naws stepfunctions .*-deploy_test .*"service":"shop-web"/);
  expect((await runLiveDoctor(system, build.account)).filter(({ state }) => state === 'NG')).toEqual([]);
  const audience = { show: () => undefined, approve: async () => true };
  expect(() => createDemoSystem(system, system.clock, audience)).toThrow(
    'a pipeline in pipelines, or allowedPipelines of a target and a repository in repositories',
  );
  await system.stop();
});

describe.each(configurations)('%s', (_where, config) => {
  it('is played through by the demo: a healthy release, and one that fails and is rolled back', async () => {
    const system = await start(config);
    const demo = createDemoSystem(system, system.clock, { show: () => undefined, approve: async () => true });
    const repository = await createDemoRepository(demo.targets);
    useFolderAsSource(system, config, repository.folder);
    const releases = await releaseTwoCommits(demo, repository, () => undefined).finally(async () => {
      await repository.remove();
      await system.stop();
    });
    expect(checkReleases(releases)).toEqual([]);
  });

  it('is well for the doctor in the embedded AWS, from every account', async () => {
    const system = await start(config);
    const passed = new Set<string>();
    for (const account of system.administrators.keys()) {
      const results = await runLiveDoctor(system, account);
      expect(results.filter(({ state }) => state === 'NG')).toEqual([]);
      for (const { state, about, link } of results) if (state === 'OK') passed.add(`${about}: ${link}`);
    }
    await system.stop();
    for (const { name } of config.targets)
      expect([...passed]).toEqual(expect.arrayContaining([`${name}: role`, `${name}: ECS`]));
  });
});
