import { afterEach, describe, expect, it } from 'vitest';
import { createSleepControls, foreignEvent } from './sleeping-execution.ts';
import { startUpdatableSystem } from './updated-system.ts';

const system = await startUpdatableSystem();
const { around, begin, cloud, end, generationsOf, push, release, steady, update } = system;
const sleep = createSleepControls(system);
let tags = 0;

afterEach(() => {
  delete cloud.faultHooks;
});

const beginRelease = async (behavior: Record<string, unknown> = {}, more: Record<string, unknown> = {}) => {
  tags += 1;
  const imageUri = await push(`update-${tags}`, behavior);
  return begin({ target: 'test/web', images: [{ name: 'app', imageUri }], ...more });
};

/** A release that begins after the update. It must run only the new code. */
async function releaseNext() {
  tags += 1;
  const known = system.invocations.length;
  const next = await release(await push(`next-${tags}`, {}));
  expect(next).toMatchObject({ status: 'SUCCEEDED' });
  return [...new Set(system.invocations.slice(known).map(({ generation }) => generation))];
}

/** Expects that an execution has used one generation, and that the next release uses only the following generation. */
async function expectOneGeneration(arn: string): Promise<void> {
  const [used, ...others] = generationsOf(arn);
  expect(others).toEqual([]);
  delete cloud.faultHooks;
  await steady();
  expect(await releaseNext()).toEqual([String(Number(used) + 1)]);
}

const crashing = { then: 'crash', exitCode: 3 };
const breaker = ({ rollback }: { rollback: boolean }) => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } },
});

describe('a release continues with the functions that it started with if an update comes', () => {
  it.each([
    ['before its first state', 'read-images', 'before'],
    ['after its first state', 'read-images', 'after'],
    ['while it takes the lease', 'take-lease', 'before'],
    ['before it registers the revision', 'register-revision', 'before'],
    ['after it registered the revision', 'register-revision', 'after'],
    ['before it updates the service', 'update-service', 'before'],
    ['after it updated the service', 'update-service', 'after'],
    ['before it watches the rollout', 'watch-rollout', 'before'],
    ['before it reports success', 'report-success', 'before'],
  ] as const)('%s', async (_, file, when) => {
    around(file, update, when);
    const arn = await beginRelease();
    expect(await end(arn)).toMatchObject({ status: 'SUCCEEDED' });
    await expectOneGeneration(arn);
  });

  it.each([
    ['while it waits for an event, and the event then wakes it', true],
    ['while it waits for an event, and no event comes', false],
  ])('%s', async (_, isDelivered) => {
    const arn = await sleep.begin(100);
    await sleep.asleep();
    sleep.faults(undefined, true);
    await update();
    if (isDelivered) expect(await sleep.wake(foreignEvent())).toBe(1);
    expect(await end(arn)).toMatchObject({ status: 'SUCCEEDED' });
    await expectOneGeneration(arn);
  });

  it('while it waits for the lease of another release', async () => {
    const first = await sleep.begin(60);
    await sleep.asleep();
    const second = await beginRelease();
    const waiting = async () => (await system.describe(second)).states.includes('Wait For Lease');
    await system.waitUntil(waiting, Boolean);
    await update();
    await end(first);
    expect(await end(second)).toMatchObject({ status: 'SUCCEEDED' });
    await expectOneGeneration(second);
  });

  it.each([
    ['before it rolls back', 'roll-back', 'before', false],
    ['after it began to roll back', 'roll-back', 'after', false],
    ['while it watches its own rollback', 'watch-rollback', 'after', false],
    ['before ECS rolls back', 'watch-rollout', 'after', true],
    ['before it reports the failure', 'report-failure', 'before', true],
  ] as const)('%s', async (_, file, when, rollback) => {
    await system.changeService(breaker({ rollback }));
    const before = await system.good(`good-${file}-${rollback}-${when}`);
    around(file, update, when);
    const arn = await beginRelease(crashing);
    expect(await end(arn)).toMatchObject({ status: 'FAILED' });
    expect(generationsOf(arn)).toHaveLength(1);
    expect(await system.runs()).toBe(before);
    await expectOneGeneration(arn);
  });

  it('twice', async () => {
    const arn = await sleep.begin(100);
    await sleep.asleep();
    await update();
    await update();
    expect(await end(arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(generationsOf(arn)).toHaveLength(1);
  });
});

describe('a manual rollback continues with the functions that it started with if an update comes', () => {
  it.each([
    ['before it decides', 'decide-rollback', 'before'],
    ['after it decided', 'decide-rollback', 'after'],
    ['before it rolls back', 'roll-back', 'before'],
    ['after it began to roll back', 'roll-back', 'after'],
    ['while it watches the rollback', 'watch-rollback', 'before'],
    ['before it reports success', 'report-success', 'before'],
  ] as const)('%s', async (_, file, when) => {
    const one = await system.good(`one-${file}-${when}`);
    await system.good(`two-${file}-${when}`);
    around(file, update, when);
    const arn = await system.start({ target: 'test/web' });
    expect(await end(arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await system.runs()).toBe(one);
    await expectOneGeneration(arn);
  });
});
