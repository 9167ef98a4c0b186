import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AwsError } from '../../local/aws-error.ts';
import type { Call } from '../../local/cloud.ts';
import { startRollbackSystem } from './rollback-system.ts';
import { withAlarms } from './with-alarms.ts';

const system = await startRollbackSystem(withAlarms('web-cpu'));
const { begin, build, clock, cloud, end, push, testAccount } = system;
const { machine, rollbackMachine, table } = system.system;

const original = new Map(cloud.services);
afterEach(() => {
  delete cloud.faultHooks;
  for (const [name, service] of original) cloud.services.set(name, service);
});

type Run = (input: unknown, call: Call) => unknown;

/** Changes the result of an operation that decide-rollback calls. */
function answering(name: string, operation: string, otherwise: (run: Run) => Run): void {
  const service = cloud.services.get(name)!;
  const { input, run } = service.operations[operation]!;
  const other = otherwise(run as Run);
  const chosen: Run = (asked, call) =>
    (call.caller.arn.includes('decide-rollback') ? other : (run as Run))(asked, call);
  const operations = {
    ...service.operations,
    [operation]: { input, run: async (a: unknown, c: Call) => chosen(a, c) },
  };
  cloud.services.set(name, { ...service, operations } as typeof service);
}

/** Returns the executions that decide-rollback has described, in order. */
function described(): string[] {
  const arns: string[] = [];
  answering('states', 'DescribeExecution', (run) => (input, call) => {
    arns.push((input as { executionArn: string }).executionArn);
    return run(input, call);
  });
  return arns;
}

const begun = (target: string, imageUri: string): Promise<string> =>
  begin({ target, images: [{ name: 'app', imageUri }] });
const pass = async (seconds: number): Promise<void> => {
  const until = clock.now() + seconds * 1000;
  await clock.advanceUntil(() => clock.now() >= until);
};

/** Starts a deployment of ours, and executions for another service, some before it and some after. */
async function amongOthers(tag: string) {
  const image = await push(tag, { startSeconds: 120 });
  const before = [await begun('prod/web', image), await begun('prod/web', image)];
  const ours = await begun('test/web', image);
  await pass(60);
  const after = [await begun('prod/web', image), await begun('prod/web', image)];
  return { before, ours, after };
}

/** Returns the decision of `rollback` if an alarm goes off now. */
async function decision() {
  const known = await system.list();
  await testAccount('monitoring', 'SetAlarmState', { AlarmName: 'web-cpu', StateValue: 'OK', StateReason: 'Over.' });
  await testAccount('monitoring', 'SetAlarmState', {
    AlarmName: 'web-cpu',
    StateValue: 'ALARM',
    StateReason: 'Crossed.',
  });
  const [done] = await system.noticed(known);
  return done!.output.decision;
}
const leftTo = (execution: string) => ({
  do: 'nothing',
  reason: expect.stringContaining(`An execution of Gantry already handles the deployment: ${execution}`),
});

beforeAll(async () => {
  const Dimensions = [
    { Name: 'ClusterName', Value: 'web-shop' },
    { Name: 'ServiceName', Value: 'web' },
  ];
  const watched = { Namespace: 'AWS/ECS', MetricName: 'CPUUtilization', Dimensions, Period: 60, Statistic: 'Average' };
  const when = { EvaluationPeriods: 1, Threshold: 90, ComparisonOperator: 'GreaterThanThreshold' };
  await testAccount('monitoring', 'PutMetricAlarm', { AlarmName: 'web-cpu', ...watched, ...when });
});

/** Makes every page of ListExecutions as short as allowed. */
const shortPages = () =>
  answering('states', 'ListExecutions', (run) => (input, call) => run({ ...(input as object), maxResults: 1 }, call));

const pk = 'service#222222222222/eu-west-1/web-shop/web';
const until = (): string => new Date(clock.now()).toISOString();
const heldLastBy = (machineName: string) => {
  const holder = `arn:aws:states:eu-west-1:111111111111:execution:${machineName}:gone`;
  const lease = { holder: { S: holder }, fence: { N: '100' }, until: { S: until() } };
  return build('dynamodb', 'PutItem', { TableName: table.name, Item: { pk: { S: pk }, sk: { S: 'lease' }, ...lease } });
};
const unavailable = () => Promise.reject(new AwsError('InternalServerError', 'Internal server error', 500));

describe('the execution that is responsible for a deployment', () => {
  it('is found through the lease, without describing other executions', async () => {
    const { ours } = await amongOthers('by-lease');
    const arns = described();
    expect(await decision()).toEqual(leftTo(ours));
    expect(arns).toEqual([ours]);
    await end(ours);
    await system.steady();
  });

  it.each<[name: string, answers: () => unknown]>([
    ['the table does not answer', () => answering('dynamodb', 'GetItem', () => unavailable)],
    ['its last holder no longer exists', () => heldLastBy(machine.name)],
    ['its last holder is a rollback', () => heldLastBy(rollbackMachine.name)],
  ])('is found among all that started before the deployment, page by page, if %s', async (name, answers) => {
    const { ours, after } = await amongOthers(name.replaceAll(' ', '-'));
    await answers();
    shortPages();
    const arns = described();
    expect(await decision()).toEqual(leftTo(ours));
    expect(arns.filter((arn) => after.includes(arn))).toEqual([]);
    await end(ours);
    await system.steady();
  });

  it('is not searched for if there is nothing to do because ECS has rolled back', async () => {
    const other = await begun('prod/web', await push('other', { startSeconds: 120 }));
    const known = await system.list();
    const bad = await system.register(await push('crashing', { then: 'crash', exitCode: 3 }));
    const arns = described();
    await testAccount('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', taskDefinition: bad });
    const [done] = await system.noticed(known);
    const reason = expect.stringMatching(/ECS (?:has rolled|is rolling) test\/web back already/);
    expect(done!.output.decision).toEqual({ do: 'nothing', reason });
    expect(arns).toEqual([]);
    await end(other);
    await system.steady();
  });
});

describe('a release that must not be rolled back', () => {
  it.each([
    [0, false],
    [5, false],
    [90, true],
  ])(
    'is not rolled back, even if its failure is reported %i s later (after it has ended: %j)',
    async (late, hasEnded) => {
      const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: false } };
      await testAccount('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', deploymentConfiguration });
      await system.steady();
      const known = await system.list();
      cloud.faultHooks = {
        call: (_asked, go) => go(),
        run: (_ran, go) => go(),
        event: (event, go) => {
          if (event.detail.eventName === 'SERVICE_DEPLOYMENT_FAILED') clock.after(late * 1000, go);
          else go();
        },
      };
      const images = [{ name: 'app', imageUri: await push(`declined-${late}`, { then: 'crash', exitCode: 3 }) }];
      const before = await system.runs();
      const { cause } = await end(await begin({ target: 'test/web', images, rollBackOnFailure: false }));
      expect(cause).toContain('It was not rolled back, as requested.');
      await pass(late);
      const decisions = hasEnded ? (await system.noticed(known)).map(({ output }) => output.decision) : [];
      expect(await system.list()).toHaveLength(known.length + decisions.length);
      expect(decisions).toMatchObject(hasEnded ? [{ do: 'nothing' }] : []);
      expect(await system.runs()).not.toBe(before);
      await system.back({ target: 'test/web' });
      await system.steady();
    },
  );
});

describe('a rollback that fails', () => {
  it('is responsible for nothing: another rollback restores the service', async () => {
    const good = await system.good('good');
    const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: false } };
    await testAccount('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', deploymentConfiguration });
    await system.steady();
    const known = await system.list();
    const bad = await system.register(await push('bad', { then: 'crash', exitCode: 3 }));
    const asked = await system.back({ target: 'test/web', revision: system.name(bad) });
    expect(asked.status).toBe('FAILED');
    const done = (await system.noticed(known)).map(({ output }) => output.decision as { do: string; reason: string });
    expect(done[0]).toMatchObject({ do: 'revision', reason: expect.stringContaining('rolls back to') });
    expect(await system.runs()).toBe(good);
  });
});
