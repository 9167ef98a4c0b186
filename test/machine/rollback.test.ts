import { describe, expect, it } from 'vitest';
import { startRollbackSystem } from './rollback-system.ts';

const system = await startRollbackSystem();

describe('a manual rollback', () => {
  it('restores the last known-good revision, and in a second step the one before it', async () => {
    const one = await system.good('1');
    const two = await system.good('2');
    await system.good('3');
    const first = await system.back({ target: 'test/web', reason: 'shop is slow', by: 'ada' });
    expect(first).toMatchObject({ status: 'SUCCEEDED', output: { decision: { do: 'revision' } } });
    expect(first.output.report.message).toMatch(/^Requested by ada: "shop is slow". test\/web rolls back to web:\d+/);
    expect(await system.runs()).toBe(two);
    await system.back({ target: 'test/web' });
    expect(await system.runs()).toBe(one);
  });
});

const breaker = (rollback: boolean) => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } },
});
const dies = { then: 'crash', exitCode: 3 };

describe('a rollback to a revision', () => {
  it('deploys the named revision', async () => {
    const named = await system.good('named-1');
    await system.good('named-2');
    await system.good('named-3');
    const done = await system.back({ target: 'test/web', revision: system.name(named) });
    expect(done.output.report.message).toContain(`rolls back to ${system.name(named)}, as requested`);
    expect(await system.runs()).toBe(named);
    const again = await system.back({ target: 'test/web', revision: system.name(named) });
    expect(again.output.decision).toMatchObject({
      do: 'nothing',
      reason: `Requested manually. test/web runs ${system.name(named)} already.`,
    });
    expect(again.states).toEqual(['Wrap Input', 'Decide Rollback', 'Check Decision', 'Report Success', 'Done']);
  });

  it.each([
    ['a revision of another family', 'shop:1', 'is not of the family'],
    ['a revision that does not exist', 'web:999', 'ECS knows no revision web:999'],
    ['a text that is no revision', 'web', 'A correct input: {"target": "test/web"}'],
  ])('refuses %s in the first state', async (_, revision, says) => {
    const done = await system.back({ target: 'test/web', revision });
    expect(done).toMatchObject({ status: 'FAILED', error: 'ConfigurationError', cause: expect.stringContaining(says) });
    expect(done.states).not.toContain('Take Lease');
  });

  it('registers a revision that is no longer ACTIVE again', async () => {
    const one = await system.good('active-1');
    const two = await system.good('active-2');
    await system.good('active-3');
    await system.testAccount('ecs', 'DeregisterTaskDefinition', { taskDefinition: two });
    const done = await system.back({ target: 'test/web' });
    expect(done.output.report.message).toContain(
      `${system.name(two)} is INACTIVE (deregistered), so Gantry registers its content again as a new revision.`,
    );
    expect(await system.images()).toEqual([expect.stringContaining(await system.digest('active-2'))]);
    const copy = system.name(await system.runs());
    const next = await system.back({ target: 'test/web' });
    expect(next.output.report.message).toContain(
      `rolls back to ${system.name(one)}, the newest known-good revision before ${copy}`,
    );
  });
});

describe('a rollback after a tag has moved', () => {
  it('deploys exactly the image that ran', async () => {
    const latest = await system.push('latest', { log: ['good'] });
    const good = await system.digest('latest');
    const named = await system.register(latest);
    await system.update({ taskDefinition: named });
    await system.push('latest', { log: ['bad'] });
    await system.update({ taskDefinition: named, forceNewDeployment: true });
    const done = await system.back({ target: 'test/web' });
    expect(done).toMatchObject({ status: 'SUCCEEDED' });
    expect(await system.runs()).not.toBe(named);
    expect(await system.images()).toEqual([`${latest.split(':')[0]}@${good}`]);
  });

  it('counts the copy with the digest as the revision that was copied, in the next rollback', async () => {
    const before = await system.good('before-latest');
    const latest = await system.push('latest', { log: ['third'] });
    await system.update({ taskDefinition: await system.register(latest) });
    await system.good('after-latest');
    await system.back({ target: 'test/web' });
    expect(await system.images()).toEqual([`${latest.split(':')[0]}@${await system.digest('latest')}`]);
    await system.back({ target: 'test/web' });
    expect(await system.runs()).toBe(before);
  });
});

describe('a failed deployment', () => {
  it('of somebody else is not rolled back by its event', async () => {
    await system.good('foreign');
    const known = await system.list();
    await system.testAccount('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', ...breaker(false) });
    const bad = await system.register(await system.push('dies-foreign', dies));
    await system.update({ taskDefinition: bad }, 'FAILED');
    const [done] = await system.noticed(known);
    expect(done!.output.decision).toMatchObject({
      do: 'nothing',
      reason: expect.stringContaining('was not made by Gantry, and rollBackForeignDeployments of test/web is false'),
    });
    expect(await system.runs()).toBe(bad);
  });

  it('is rolled back once by its event if its execution has died', async () => {
    const good = await system.good('safe');
    const known = await system.list();
    await system.testAccount('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', ...breaker(false) });
    const imageUri = await system.push('dies', dies);
    const executionArn = await system.begin({ target: 'test/web', images: [{ name: 'app', imageUri }] });
    await system.waitUntil(
      () => system.runs(),
      (running) => running !== good,
    );
    await system.build('states', 'StopExecution', { executionArn });
    const [done, ...more] = await system.noticed(known);
    expect(more).toEqual([]);
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { decision: { do: 'revision' } } });
    expect(done!.output.report.message).toMatch(/^Deployment ecs-svc\/\d+ failed. test\/web rolls back to/);
    expect(await system.runs()).toBe(good);
    const again = await system.back(done!.output.given as object);
    expect(again.output.decision).toMatchObject({
      do: 'nothing',
      reason: expect.stringContaining('is rolled back already'),
    });
  });

  it('that ECS rolls back is left to ECS', async () => {
    const good = await system.good('safer');
    const known = await system.list();
    await system.testAccount('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', ...breaker(true) });
    await system.update({ taskDefinition: await system.register(await system.push('dies-too', dies)) }, 'COMPLETED');
    const [done] = await system.noticed(known);
    expect(done!.output.decision).toMatchObject({
      do: 'nothing',
      reason: expect.stringMatching(/ECS (is rolling|has rolled) test\/web back already/),
    });
    expect(await system.runs()).toBe(good);
  });

  it("of Gantry's own execution is left to the execution", async () => {
    const known = await system.list();
    await system.testAccount('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', ...breaker(false) });
    const deploy = await system.release(await system.push('dies-ours', dies));
    expect(deploy.status).toBe('FAILED');
    await system.steady();
    expect(await system.list()).toEqual(known);
  });
});
