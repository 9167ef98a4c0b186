import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FunctionBundles } from '../../bundle/archive.ts';
import { loadBundles } from '../../bundle/load-bundles.ts';
import { packageFunctions } from '../../bundle/package-functions.ts';
import { runRelease } from '../../demo/release.ts';
import { createDemoRepository } from '../../demo/repository.ts';
import { createDemoSystem } from '../../demo/system.ts';
import example from '../../infra/config.ts';
import { listStateMachines } from '../../infra/system-state-machines.ts';
import { getFunctions } from '../../local/lambda/functions.ts';
import { deployAs } from '../../local/run/deployer.ts';
import {
  codeParameters,
  deployTemplate,
  type InstalledStacks,
  installStacks,
  templateFor,
  uploadZips,
} from '../../local/run/install-stacks.ts';
import { useFolderAsSource } from '../../local/run/source.ts';
import { describeInstallation } from './describe-installation.ts';
import { startSystem, type TestSystem } from './system.ts';

const root = join(import.meta.dirname, '..', '..');

describe('an installation from the CloudFormation templates, by a person with only the printed permissions', () => {
  let system: TestSystem;
  let stacks: InstalledStacks['stacks'];
  let bundles: FunctionBundles;
  beforeAll(async () => {
    bundles = await loadBundles(root);
    const functions = packageFunctions(bundles, example);
    system = await startSystem(example, 'production', async (cloud, config, how) => {
      const installed = await installStacks(cloud, config, {
        ...how,
        functions,
        deployer: deployAs('gantry-production'),
      });
      stacks = installed.stacks;
      return installed;
    });
  });

  it('used no permission that was denied', () => {
    const calls = system.cloud.authorizations.filter(({ principal }) => principal.endsWith(':user/deployer'));
    expect(calls.length).toBeGreaterThan(200);
    expect(calls.flatMap(({ denied }) => denied ?? [])).toEqual([]);
  });

  it('has the same roles, policies, functions, machines, rules, keys and pipelines as one without templates, so that every proof about that one holds', async () => {
    const direct = await startSystem();
    expect(await describeInstallation(system)).toEqual(await describeInstallation(direct));
  });

  it('passes every check of the doctor', async () => {
    const keys = system.administrators.get(system.system.account)!;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(root, 'cli', 'doctor.ts'), '--live', '--json'],
      {
        env: {
          PATH: process.env.PATH ?? '',
          AWS_ENDPOINT_URL: system.cloud.url,
          AWS_ACCESS_KEY_ID: keys.accessKeyId,
          AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
        },
        cwd: root,
      },
    );
    const results: { state: string }[] = JSON.parse(stdout);
    expect(results.length).toBeGreaterThan(20);
    expect(results.filter(({ state }) => state === 'NG')).toEqual([]);
  });

  it('releases the demo from source to prod, and rolls the broken commit back', async () => {
    const repository = await createDemoRepository(system.services);
    useFolderAsSource(system, example, repository.folder);
    const stage = createDemoSystem(system, system.clock, { show: () => undefined, approve: async () => true });
    await stage.untilSteady();
    const good = await runRelease(stage);
    await repository.breakIt();
    const bad = await runRelease(stage);
    await repository.remove();
    expect([good.pipeline.status, bad.pipeline.status]).toEqual(['Succeeded', 'Failed']);
    expect(bad.service.after).toBe(good.service.after);
  });

  it('is updated: publishes a version of the changed function only, which the machines name, and keeps the version before', async () => {
    const { cloud, admin } = system;
    const build = admin(system.system.account);
    const changed = {
      ...bundles['roll-back']!,
      'roll-back.mjs': `${bundles['roll-back']!['roll-back.mjs']}\n// changed`,
    };
    const functions = packageFunctions({ ...bundles, 'roll-back': changed }, example);
    await uploadZips(build, functions);
    const place = { account: system.system.account, region: system.system.region };
    const template = templateFor(example, 'production', functions);
    const stack = await deployTemplate(
      cloud,
      { place, template, parameters: codeParameters },
      { before: stacks.get('build'), deployer: deployAs('gantry-production') },
    );
    const arn = (version: number) =>
      `arn:aws:lambda:eu-west-1:111111111111:function:gantry-production-roll-back:${version}`;
    expect(stack.left).toEqual([`AWS::Lambda::Version ${arn(1)}`]);
    const published = [...getFunctions(cloud).byArn.values()].filter(({ version }) => version !== '$LATEST');
    expect(published.filter(({ version }) => version === '2').map((one) => one.arn)).toEqual([arn(2)]);
    expect(published.map((one) => one.arn)).toContain(arn(1));
    for (const { arn: stateMachineArn } of listStateMachines(system.system)) {
      const { definition } = (await build('states', 'DescribeStateMachine', { stateMachineArn })) as {
        definition: string;
      };
      expect(definition).not.toContain(arn(1));
      expect(definition.includes('function:gantry-production-roll-back:')).toBe(definition.includes(arn(2)));
    }
  });
});
