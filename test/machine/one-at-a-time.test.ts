import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { AwsError } from '../../local/aws-error.ts';
import type { Call, EventBridgeEvent } from '../../local/cloud.ts';
import { type EndedRelease, startReleaseSystem } from './release-system.ts';

const [test, ...others] = example.targets;
const [web] = test!.services;
const twoContainers = validateConfig({
  ...example,
  targets: [{ ...test!, services: [{ ...web!, containers: ['app', 'proxy'] }] }, ...others],
});

const system = await startReleaseSystem(twoContainers);
const { begin, build, clock, cloud, end, push, release, service, steady, testAccount } = system;
const { table, machine } = system.system;
const published: EventBridgeEvent[] = [];
cloud.eventListeners.push((event) => {
  if (event.source === 'gantry') published.push(event);
});

const pk = 'service#222222222222/eu-west-1/web-shop/web';
const item = (value: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, typeof one === 'number' ? { N: `${one}` } : { S: one }]),
  );

/** Returns the images of the running containers, as the service's revision names them. */
async function imagesNow(): Promise<Record<string, string>> {
  const { taskDefinition } = await service();
  const found = await testAccount('ecs', 'DescribeTaskDefinition', { taskDefinition });
  const { containerDefinitions } = (
    found as { taskDefinition: { containerDefinitions: { name: string; image: string }[] } }
  ).taskDefinition;
  return Object.fromEntries(containerDefinitions.map(({ name, image }) => [name, image]));
}

const lease = async () => {
  const found = await build('dynamodb', 'GetItem', {
    TableName: table.name,
    Key: item({ pk, sk: 'lease' }),
    ConsistentRead: true,
  });
  const { Item } = found as { Item?: Record<string, { S?: string; N?: string }> };
  return Item && { holder: Item.holder!.S!, fence: Number(Item.fence!.N), until: Item.until!.S! };
};
const holdLease = async (holder: string, forSeconds: number, fence = 100) => {
  const until = new Date(clock.now() + forSeconds * 1000).toISOString();
  await build('dynamodb', 'PutItem', { TableName: table.name, Item: item({ pk, sk: 'lease', holder, fence, until }) });
};
const entries = async (execution: string): Promise<Record<string, unknown>[]> => {
  const values = { ':pk': { S: pk }, ':sk': { S: 'deployment#' } };
  const found = await build('dynamodb', 'Query', {
    TableName: table.name,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    ExpressionAttributeValues: values,
  });
  const { Items } = found as { Items: Record<string, { S?: string }>[] };
  return Items.filter(({ execution: of }) => of!.S === execution);
};
/** Runs `act` before each such operation, until the caller calls the returned function. */
function beforeEach(name: string, operation: string, act: (call: Call) => Promise<void>): () => void {
  const given = cloud.services.get(name)!;
  const { input, run } = given.operations[operation]!;
  const first = async (asked: unknown, call: Call) => {
    await act(call);
    return run(asked, call);
  };
  cloud.services.set(name, { ...given, operations: { ...given.operations, [operation]: { input, run: first } } });
  return () => void cloud.services.set(name, given);
}

const publishedTypes = (execution: string) =>
  published.filter(({ resources }) => resources.includes(execution)).map((event) => event['detail-type']);
const counted = ({ states }: EndedRelease, name: string): number => states.filter((state) => state === name).length;
const asking = (name: string, imageUri: string, more: object = {}) =>
  begin({ target: 'test/web', images: [{ name, imageUri }], ...more });

describe('two releases at the same moment, each for another container,', () => {
  it('end with both images running, because the second waits for the lease', async () => {
    const [app, proxy] = [await push('app-1', {}), await push('proxy-1', {})];
    const arns = await Promise.all([asking('app', app), asking('proxy', proxy)]);
    const both = await Promise.all(arns.map((arn) => end(arn)));
    await steady();
    const images = await imagesNow();
    expect(images).toEqual({ app: expect.stringContaining('@sha256:'), proxy: expect.stringContaining('@sha256:') });
    expect(images.app).not.toBe(images.proxy);
    expect(both.map((one) => counted(one, 'Wait For Lease')).sort()[0]).toBe(0);
    expect(both.map((one) => counted(one, 'Wait For Lease')).sort()[1]).toBeGreaterThan(0);
    for (const arn of arns)
      expect(publishedTypes(arn)).toEqual(['Gantry Deployment Started', 'Gantry Deployment Succeeded']);
  });
});

const dead = `arn:aws:states:eu-west-1:111111111111:execution:${machine.name}:dead`;

describe('a lease', () => {
  it('of a holder that ended expires, and the next execution continues', async () => {
    await holdLease(dead, 100);
    const began = clock.now();
    const done = await end(await asking('app', await push('app-2', {})));
    expect(done.status).toBe('SUCCEEDED');
    expect(counted(done, 'Wait For Lease')).toBeGreaterThan(3);
    expect(clock.now() - began).toBeGreaterThan(100_000);
    expect(await lease()).toMatchObject({ fence: 101 });
    expect(Date.parse((await lease())!.until)).toBeLessThanOrEqual(clock.now());
  });

  it("that does not become free before a release's deadline fails the release, names the holder and changes nothing", async () => {
    const before = await service();
    await holdLease(dead, 7200);
    const done = await end(await asking('app', await push('app-3', {}), { timeoutMinutes: 5 }));
    expect(done).toMatchObject({ status: 'FAILED', error: 'JobFailed', cause: expect.stringContaining(dead) });
    expect((await service()).taskDefinition).toBe(before.taskDefinition);
    expect(await lease()).toMatchObject({ holder: dead });
    await holdLease(dead, 0);
  });

  it('that is lost before the service is changed fails its holder, which makes no further change', async () => {
    const before = await service();
    let stolen = false;
    // Simulates an execution that is delayed right before it checks the lease. The delay is long enough for another execution to acquire the lease.
    const giveBack = beforeEach('dynamodb', 'GetItem', async ({ caller }) => {
      if (stolen || !caller.arn.includes('update-service')) return;
      stolen = true;
      await holdLease(dead, 0, 900);
    });
    const arn = await asking('app', await push('app-lost', {}));
    const done = await end(arn);
    giveBack();
    expect(done).toMatchObject({
      status: 'FAILED',
      error: 'RevisionOutOfSync',
      cause: expect.stringContaining('lost its lease'),
    });
    expect((await service()).taskDefinition).toBe(before.taskDefinition);
    expect(await lease()).toMatchObject({ holder: dead, fence: 900 });
    expect(publishedTypes(arn).at(-1)).toBe('Gantry Deployment Failed');
  });

  it('is taken again for a rollback', async () => {
    const bad = await push('bad-1', { then: 'crash', afterSeconds: 1 });
    const done = await release(bad);
    expect(done.states.filter((state) => /^(Take Lease|Roll Back)$/.test(state))).toEqual([
      'Take Lease',
      'Take Lease',
      'Roll Back',
    ]);
    await steady();
  });
});

describe('a rollback whose lease another execution holds for a quarter of an hour', () => {
  it('reports its result before it has the lease, and changes the service after that', async () => {
    const before = await service();
    let isHeld = false;
    const giveBack = beforeEach('dynamodb', 'UpdateItem', async ({ caller }) => {
      if (isHeld || !caller.arn.includes('take-lease')) return;
      isHeld = (await service()).taskDefinition !== before.taskDefinition;
      if (isHeld) await holdLease(dead, 900, 2000);
    });
    const done = await release(await push('bad-2', { then: 'crash', afterSeconds: 1 }));
    giveBack();
    const order = done.states.filter((state) => /^(Report Failure|Roll Back|Report Rollback)$/.test(state));
    expect(order).toEqual(['Report Failure', 'Roll Back', 'Report Rollback']);
    expect(done.cause).toContain(`Another execution, ${dead}, still had the lease on web`);
    await steady();
    expect((await service()).taskDefinition).toBe(before.taskDefinition);
  });
});

describe('without the table', () => {
  it('a release succeeds and warns about what it could not do', async () => {
    const dynamodb = cloud.services.get('dynamodb')!;
    const broken = () => Promise.reject(new AwsError('InternalServerError', 'Internal server error', 500));
    const operations = Object.fromEntries(
      Object.entries(dynamodb.operations).map(([name, operation]) => [name, { ...operation, run: broken }]),
    );
    cloud.services.set('dynamodb', { ...dynamodb, operations });
    const arn = await asking('app', await push('app-5', {}));
    const done = await end(arn);
    cloud.services.set('dynamodb', dynamodb);
    expect(done.status).toBe('SUCCEEDED');
    expect(done.output.report.message).toMatch(/Without a lease, since the table did not answer/);
    expect(done.output.report.message).toMatch(/The ledger was not written/);
    expect(publishedTypes(arn)).toEqual(['Gantry Deployment Started', 'Gantry Deployment Succeeded']);
    expect(await entries(arn)).toEqual([]);
  });
});
