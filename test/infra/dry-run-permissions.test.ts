import { CreateClusterCommand, CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { main } from '../../cli/main.ts';
import type { Config } from '../../core/config/check.ts';
import { createTargetAccount, target } from '../functions/target-account.ts';
import { account, isAllowed, likelyQuestions } from './random-targets.ts';

const { admin, cloud, clock } = await createTargetAccount();
const everything = {
  Version: '2012-10-17' as const,
  Statement: [{ Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' }],
};
const viewer = `${target.roleArn}-viewer`;
cloud.iam.roles.set(viewer, { ...cloud.iam.roles.get(target.roleArn)!, arn: viewer, policies: { everything } });

const image = 'docker.io/library/nginx';

/** A service in a cluster of its own, which runs a revision of this family with this execution role. */
async function createService(
  cluster: string,
  { service, family, role }: { service: string; family: string; role: string },
) {
  await admin.send(new CreateClusterCommand({ clusterName: cluster }));
  const registered = await admin.send(
    new RegisterTaskDefinitionCommand({
      family,
      executionRoleArn: `arn:aws:iam::${account}:role/${role}`,
      containerDefinitions: [{ name: 'app', image: `${image}:1` }],
    }),
  );
  const taskDefinition = registered.taskDefinition!.taskDefinitionArn;
  await admin.send(new CreateServiceCommand({ cluster, serviceName: service, taskDefinition, desiredCount: 1 }));
}

async function dryRun(config: Config, service: string): Promise<{ exitCode: number; text: string }> {
  let text = '';
  const print = (more: string) => {
    text += more;
  };
  const exitCode = await main(['deploy', `test/${service}`, '--image', `app=${image}:2`, '--dry-run'], {
    program: 'gantry',
    loadConfig: () => ({ config, configFile: 'gantry.config.ts' }),
    now: () => new Date(clock.now()),
    sleep: async () => {},
    uuid: () => '',
    interrupted: new AbortController().signal,
    out: print,
    err: print,
  });
  return { exitCode, text };
}

it('the dry run accepts a service, its family and its roles exactly if the policies of the target would allow them', {
  timeout: 60_000,
}, async () => {
  const seen = { accepted: 0, refused: 0 };
  let run = 0;
  await fc.assert(
    fc.asyncProperty(likelyQuestions, async ({ config, services: service, families: family, passRoles: role }) => {
      const cluster = `cluster-${++run}`;
      await createService(cluster, { service, family, role });
      const [asked] = config.targets;
      const { exitCode, text } = await dryRun({ ...config, targets: [{ ...asked!, cluster }] }, service);
      const allowed = [
        await isAllowed(config, 'services', service),
        await isAllowed(config, 'families', family),
        await isAllowed(config, 'passRoles', role),
      ];
      const expected = allowed.every((one) => one) ? 0 : 2;
      expect([exitCode, text]).toEqual([expected, expect.any(String)]);
      seen[exitCode === 0 ? 'accepted' : 'refused']++;
    }),
    { numRuns: 40 },
  );
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(3);
});
