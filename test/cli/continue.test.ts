import { beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { readDocumentedPolicies } from '../documented-policies.ts';
import { startReleaseSystem } from '../machine/release-system.ts';
import { createTerminal, linesOfType, setCredentials } from './terminal.ts';

const config: Config = {
  ...example,
  targets: example.targets.map((target) => (target.name === 'test' ? { ...target, pauseHooks: 'allow' } : target)),
};
let system: Awaited<ReturnType<typeof startReleaseSystem>>;
let gantry: Awaited<ReturnType<typeof createTerminal>>;

beforeAll(async () => {
  system = await startReleaseSystem(config);
  setCredentials(system);
  gantry = await createTerminal(system);
});

interface Shown {
  serviceDeploymentArn: string;
  status: string;
  lifecycleHookDetails?: { hookId: string; status: string }[];
}

async function readNewest(): Promise<Shown & { waiting: string[] }> {
  const service = { cluster: 'web-shop', service: 'web' };
  const listed = (await system.testAccount('ecs', 'ListServiceDeployments', service)) as {
    serviceDeployments: Shown[];
  };
  const { serviceDeploymentArn } = listed.serviceDeployments[0]!;
  const described = (await system.testAccount('ecs', 'DescribeServiceDeployments', {
    serviceDeploymentArns: [serviceDeploymentArn],
  })) as { serviceDeployments: [Shown] };
  const [shown] = described.serviceDeployments;
  const waiting = (shown.lifecycleHookDetails ?? []).filter(({ status }) => status === 'AWAITING_ACTION');
  return { ...shown, waiting: waiting.map(({ hookId }) => hookId) };
}
const untilWaiting = (hooks = 1) => system.waitUntil(readNewest, ({ waiting }) => waiting.length === hooks);

/** Configures pause hooks before the tasks start. Begins a release, or lets somebody else deploy. */
async function begin(hooks: number, by: 'Gantry' | 'somebody else' = 'Gantry'): Promise<string> {
  const pause = { targetType: 'PAUSE', lifecycleStages: ['PRE_SCALE_UP'] };
  const lifecycleHooks = Array.from({ length: hooks }, () => pause);
  const change = { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, lifecycleHooks } };
  const forced = by === 'somebody else' && { forceNewDeployment: true };
  await system.testAccount('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', ...change, ...forced });
  return by === 'Gantry' ? system.begin({ target: 'test/web' }) : '';
}

const countExecutions = async (): Promise<number> => {
  const stateMachineArn = system.system.entryMachines.find(
    ({ kind, target }) => kind === 'continue' && target === 'test',
  )!.arn;
  const { executions } = (await system.build('states', 'ListExecutions', { stateMachineArn })) as {
    executions: unknown[];
  };
  return executions.length;
};

describe('gantry continue', () => {
  it('answers the only hook that waits, with the policies of docs/cli.md and as a viewer; the release, its ledger entry and the command say who it was', async () => {
    const user = 'arn:aws:iam::111111111111:user/admin';
    const before = system.cloud.iam.users.get(user)!;
    const execution = await begin(1);
    const { waiting, serviceDeploymentArn } = await untilWaiting();
    expect((await gantry(['status'])).out).toMatch(
      new RegExp(
        `test +web .* waits for a person\\n[^]*waits for a person since .* UTC, until .*--hook ${waiting[0]}\\n`,
      ),
    );
    const viewing = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*', Sid: 'View' };
    const view = { Version: '2012-10-17' as const, Statement: [viewing] };
    system.cloud.iam.users.set(user, {
      arn: user,
      policies: { own: readDocumentedPolicies('cli.md').ContinueInTest!, view },
    });
    const denied = await gantry(['redeploy', 'test/web']);
    const ran = await gantry(['continue', 'test/web', '--by', 'alice', '--reason', 'it is good', '--json']);
    system.cloud.iam.users.set(user, before);
    expect(denied.exitCode).toBe(4);
    expect(ran.exitCode).toBe(0);
    expect(linesOfType(ran, 'started')).toMatchObject([
      { input: { serviceDeploymentArn, hookId: waiting[0], action: 'CONTINUE' } },
    ]);
    expect(linesOfType(ran, 'note')[0]!.message).toMatch(
      /^The deployment waits for a person since \d\d:\d\d UTC, until [\d-]+ \d\d:\d\d UTC; then ECS rolls it back\. Lifecycle hook: ecs-pause-\w+$/,
    );
    expect(ran.lines.at(-1)).toMatchObject({
      type: 'ended',
      message: expect.stringContaining('Its ledger entry shows the answer.'),
    });
    const started = await countExecutions();
    for (const [by, exitCode, says] of [
      ['alice', 0, /^There was nothing to do: alice continued .* UTC\.\n$/],
      ['bob', 2, /^Nothing waits for a person: .* alice continued .* UTC\. Nothing was changed\.\n$/],
    ] as const) {
      const again = await gantry(['continue', 'test/web', '--by', by]);
      expect([again.exitCode, again.out + again.err]).toEqual([exitCode, expect.stringMatching(says)]);
    }
    expect(await countExecutions(), 'nothing is started if nothing waits').toBe(started);
    const other = await gantry(['continue', 'test/web', '--by', 'bob', '--hook', waiting[0]!]);
    expect([other.exitCode, other.out]).toEqual([2, expect.stringContaining('Somebody was faster: alice continued')]);
    const done = await system.end(execution);
    expect(done.output.report.message).toContain(`alice continued the lifecycle hook ${waiting[0]} (it is good).`);
    expect((await gantry(['history', 'test/web', '--limit', '1'])).out).toMatch(
      /alice continued it at the hook ecs-pause-\w+, .*: it is good/,
    );
  });

  it('asks for the hook if two wait, and rolls back the deployment of somebody else, which the history shows separately', async () => {
    await begin(2, 'somebody else');
    const { waiting } = await untilWaiting(2);
    const unnamed = await gantry(['continue', 'test/web']);
    expect([unnamed.exitCode, unnamed.err]).toEqual([
      2,
      expect.stringContaining(`gantry continue test/web --hook ${waiting[1]}`),
    ]);
    const ran = await gantry(['continue', 'test/web', '--hook', waiting[1]!, '--rollback', '--by', 'alice']);
    expect([ran.exitCode, ran.out]).toEqual([
      0,
      expect.stringContaining('No release of Gantry waits for this deployment'),
    ]);
    const history = (await gantry(['history', 'test/web'])).out;
    expect(history).toMatch(/Answers at pause hooks of other deployments:\n *.*alice rolled it back at the hook/);
    await system.waitUntil(readNewest, ({ status }) => status === 'ROLLBACK_SUCCESSFUL');
    const late = await gantry(['continue', 'test/web', '--by', 'bob']);
    expect([late.exitCode, late.out, late.err]).toEqual([2, '', expect.stringMatching(/^Nothing waits for a person/)]);
  });
});
