import { DeregisterTaskDefinitionCommand, DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import type { RollbackActionResult } from '../../core/model/state-data.ts';
import { AwsError } from '../../local/aws-error.ts';
import type { FaultHooks } from '../../local/cloud.ts';
import { behaviorWith } from '../local/ecs-account.ts';
import { createRolloutAccount, type FailedVerdict, type StartedRollout, testExecutionArn } from './rollout-account.ts';

const { asked, begin, client, cloud, image, readService, pass, revision, update } = await createRolloutAccount();
const rollout = await import('../../functions/watch-rollout.ts');
const { handler } = await import('../../functions/roll-back.ts');
const rollback = await import('../../functions/watch-rollback.ts');

const broken = behaviorWith('crash', { startSeconds: 1, afterSeconds: 4 });
const breaker = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } };

/** Watches until the rollout has failed. */
const fail = async (input: StartedRollout): Promise<FailedVerdict> => {
  for (let verdict = await rollout.handler({ execution: testExecutionArn, input }); ; ) {
    if (verdict.outcome === 'failed') return verdict;
    if (verdict.outcome !== 'going on') throw new Error(`it is ${verdict.outcome}`);
    await pass(verdict.waitSeconds);
    verdict = await rollout.handler({ execution: testExecutionArn, input: { ...input, verdict } });
  }
};
/** Watches until the rollback has ended. */
const settle = async (input: StartedRollout, verdict: FailedVerdict, did?: RollbackActionResult) => {
  for (;;) {
    const aftermath = await rollback.handler({
      execution: testExecutionArn,
      input: { ...input, verdict, rollback: did },
    });
    if (aftermath.outcome === 'settled') return aftermath;
    if (aftermath.outcome === 'retry') throw new Error('Roll Back is to try again');
    await pass(aftermath.waitSeconds);
  }
};
const rollBack = (input: StartedRollout, verdict: FailedVerdict) =>
  handler({ execution: testExecutionArn, input: { ...input, verdict } });
/** Returns a revision's content, without the revision's number and dates. */
const contentOf = async (taskDefinition: string) => {
  const answer = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }));
  const {
    taskDefinitionArn,
    revision: _number,
    status,
    registeredAt,
    registeredBy,
    deregisteredAt,
    ...content
  } = answer.taskDefinition!;
  const containerDefinitions = content.containerDefinitions!.map(({ image: _tag, ...container }) => container);
  const restores = answer.tags?.find(({ key }) => key === 'gantry:restores')?.value;
  return { ...content, containerDefinitions, restores };
};
const changes = (since: number) => asked(since).filter((name) => /^(Update|Stop)/.test(name));

describe('Roll Back', () => {
  it('stops a deployment that ECS still works on, and the service returns to the old revision', async () => {
    const begun = await begin('stopped', broken);
    const verdict = await fail(begun);
    const did = await rollBack(begun, verdict);
    expect(did).toMatchObject({ did: 'stopped', sentence: 'Gantry stopped the deployment with ROLLBACK.' });
    expect(await settle(begun, verdict, did)).toMatchObject({
      back: true,
      sentence: expect.stringContaining('2 of 2 tasks of '),
    });
    expect((await readService('stopped')).taskDefinition).toBe(begun.plan.before.taskDefinition);
  });

  it('updates the service if ECS has already ended the deployment', async () => {
    const begun = await begin('ended', behaviorWith('crash'), breaker);
    const verdict = await fail(begun);
    const since = cloud.authorizations.length;
    const did = await rollBack(begun, verdict);
    expect(did).toMatchObject({ did: 'updated', deploymentId: (await readService('ended')).deployments![0]!.id });
    expect(await settle(begun, verdict, did)).toMatchObject({ back: true });
    expect(changes(since)).toEqual(['UpdateService']);
  });

  it.each([
    ['stopped-twice', broken, {}],
    ['updated-twice', behaviorWith('crash'), breaker],
  ])('changes nothing the second time: %s', async (service, behavior, more) => {
    const begun = await begin(service, behavior, more);
    const verdict = await fail(begun);
    await rollBack(begun, verdict);
    const since = cloud.authorizations.length;
    const again = await rollBack(begun, verdict);
    expect(again.did).toBe('nothing');
    expect(changes(since)).toEqual([]);
    expect(await settle(begun, verdict, again)).toMatchObject({ back: true });
  });

  it('registers a deregistered revision again, whole, and goes to it', async () => {
    const begun = await begin('deregistered', behaviorWith('crash'), breaker);
    const { taskDefinition } = begun.plan.before;
    await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
    const verdict = await fail(begun);
    const did = await rollBack(begun, verdict);
    expect(did.sentence).toContain(
      'is INACTIVE (deregistered), so Gantry registers its content again as a new revision.',
    );
    expect(await rollBack(begun, verdict), 'a retry').toMatchObject({ did: 'nothing' });
    expect(await settle(begun, verdict, did)).toMatchObject({ back: true });
    const [old, now] = [
      await contentOf(taskDefinition),
      await contentOf((await readService('deregistered')).taskDefinition!),
    ];
    expect(now).toEqual({ ...old, restores: taskDefinition });
  });

  it('skips a bad revision that an earlier release left in place', async () => {
    const first = await begin('skips', behaviorWith('crash'), breaker);
    const noRollback = { ...first, release: { ...first.release, rollBackOnFailure: false } };
    expect(await fail(noRollback)).toMatchObject({ rollBack: 'none' });
    const updated = await update('skips', { taskDefinition: await revision(await image(behaviorWith('crash'))) });
    const { id, taskDefinition, createdAt } = updated.deployments![0]!;
    const before = { taskDefinition: first.rollout.taskDefinition, deploymentId: first.rollout.deploymentId };
    const rollout = { deploymentId: id!, taskDefinition: taskDefinition!, startedAt: createdAt!.toISOString() };
    const second = { ...first, plan: { ...first.plan, before }, rollout };
    const verdict = await fail(second);
    const did = await rollBack(second, verdict);
    expect(did).toMatchObject({ did: 'updated' });
    expect(await settle(second, verdict, did)).toMatchObject({ back: true });
    const { restores } = await contentOf((await readService('skips')).taskDefinition!);
    expect(restores).toBe(first.plan.before.taskDefinition);
  });

  it('changes nothing if no revision ever worked, and says what a person can do', async () => {
    const begun = await begin('never', behaviorWith('crash'), { ...breaker, desiredCount: 0 });
    const { desiredCount: _, ...rest } = await update('never', { desiredCount: 2 });
    const plan = { ...begun.plan, before: { ...begun.plan.before, knownGood: false } };
    const [ours] = rest.deployments!;
    expect(ours?.id).toBe(begun.rollout.deploymentId);
    const since = cloud.authorizations.length;
    const did = await rollBack({ ...begun, plan }, await fail(begun));
    expect(did).toMatchObject({ did: 'nothing', sentence: expect.stringContaining('gantry rollback test/web --to') });
    expect(changes(since)).toEqual([]);
  });

  it('never changes a newer deployment of somebody else', async () => {
    const begun = await begin('others', broken);
    const verdict = await fail(begun);
    const theirs = await update('others', { taskDefinition: await revision(await image()) });
    const since = cloud.authorizations.length;
    const did = await rollBack(begun, verdict);
    expect(did).toMatchObject({
      did: 'nothing',
      sentence: expect.stringContaining('began after ours, and Gantry does not roll it back'),
    });
    expect(await settle(begun, verdict, did)).toMatchObject({ back: false });
    expect(changes(since)).toEqual([]);
    expect((await readService('others')).taskDefinition).toBe(theirs.taskDefinition);
  });

  it('after a refused update, changes no other deployment: the next attempt reads the service again', async () => {
    const begun = await begin('refused', behaviorWith('crash'), breaker);
    const verdict = await fail(begun);
    const theirs = await revision(await image());
    let refused = false;
    const call: FaultHooks['call'] = async ({ as, operation }, go) => {
      if (refused || operation !== 'UpdateService' || !as.caller.arn.includes('test-deployment')) return go();
      refused = true;
      await update('refused', { taskDefinition: theirs });
      throw new AwsError('ThrottlingException', 'Rate exceeded', 400);
    };
    cloud.faultHooks = { call, event: (_event, go) => go(), run: (_ran, go) => go() };
    await expect(rollBack(begun, verdict)).rejects.toThrow(expect.objectContaining({ name: 'SystemUnavailable' }));
    expect(await rollBack(begun, verdict)).toMatchObject({ did: 'nothing' });
    delete cloud.faultHooks;
    expect((await readService('refused')).taskDefinition).toBe(theirs);
  });
});

describe('Watch Rollback', () => {
  const watch = (input: object) => rollback.handler({ execution: testExecutionArn, input });

  it('says after half an hour that the result is due, and goes on', async () => {
    const begun = await begin('endless', { startSeconds: 9000 });
    const verdict = await fail({ ...begun, release: { ...begun.release, deadline: begun.rollout.startedAt } });
    await pass(1800);
    const input = {
      ...begun,
      verdict,
      rollback: { did: 'updated', sentence: '', taskDefinition: begun.plan.before.taskDefinition },
    };
    expect(await watch(input)).toMatchObject({ due: true, sentence: expect.stringContaining('has not begun') });
  });
});
