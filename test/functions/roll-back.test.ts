import { describe, expect, it } from 'vitest';
import type { RollbackResult } from '../../core/model/state-data.ts';
import { AwsError } from '../../local/aws-error.ts';
import type { FaultHooks } from '../../local/cloud.ts';
import { behaviorWith } from '../local/ecs-account.ts';
import { createRolloutAccount, type FailedVerdict, type StartedRollout, testExecutionArn } from './rollout-account.ts';

const { asked, begin, cloud, image, look, pass, revision, update } = await createRolloutAccount();
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
/** Watches until it is clear where the service ends up. */
const settle = async (input: StartedRollout, verdict: FailedVerdict, did?: RollbackResult) => {
  for (;;) {
    const aftermath = await rollback.handler({
      execution: testExecutionArn,
      input: { ...input, verdict, rollback: did },
    });
    if (aftermath.outcome === 'settled') return aftermath;
    await pass(aftermath.waitSeconds);
  }
};
const rollBack = (input: StartedRollout, verdict: FailedVerdict) =>
  handler({ execution: testExecutionArn, input: { ...input, verdict } });
const changes = (since: number) => asked(since).filter((name) => /^(Update|Stop)/.test(name));

describe('Roll Back', () => {
  it('stops a deployment that ECS still works on, and the service returns to the old revision', async () => {
    const begun = await begin('stopped', broken);
    const verdict = await fail(begun);
    const did = await rollBack(begun, verdict);
    expect(did).toMatchObject({ did: 'stopped', sentence: 'Gantry stopped the deployment with ROLLBACK.' });
    expect(await settle(begun, verdict, did)).toMatchObject({
      back: true,
      sentence: expect.stringContaining('2 of 2 tasks running'),
    });
    expect((await look('stopped')).taskDefinition).toBe(begun.plan.before.taskDefinition);
  });

  it('updates the service if ECS has already ended the deployment', async () => {
    const begun = await begin('ended', behaviorWith('crash'), breaker);
    const verdict = await fail(begun);
    const since = cloud.authorizations.length;
    const did = await rollBack(begun, verdict);
    expect(did).toMatchObject({ did: 'updated', deploymentId: (await look('ended')).deployments![0]!.id });
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

  it('never changes a newer deployment of somebody else', async () => {
    const begun = await begin('others', broken);
    const verdict = await fail(begun);
    const theirs = await update('others', { taskDefinition: await revision(await image()) });
    const since = cloud.authorizations.length;
    const did = await rollBack(begun, verdict);
    expect(did).toMatchObject({ did: 'nothing', sentence: expect.stringContaining('is not ours to undo') });
    expect(await settle(begun, verdict, did)).toMatchObject({ back: false });
    expect(changes(since)).toEqual([]);
    expect((await look('others')).taskDefinition).toBe(theirs.taskDefinition);
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
    expect((await look('refused')).taskDefinition).toBe(theirs);
  });
});

describe('Watch Rollback', () => {
  it('gives up after half an hour', async () => {
    const begun = await begin('endless', { startSeconds: 9000 });
    const verdict = { ...(await fail({ ...begun, release: { ...begun.release, deadline: begun.rollout.startedAt } })) };
    await pass(1800);
    expect(await settle(begun, verdict, { did: 'stopped', sentence: '' })).toMatchObject({
      back: false,
      sentence: expect.stringContaining('not done after 30 minutes'),
    });
  });
});
