import { expect, it } from 'vitest';
import * as z from 'zod';
import { createJumpingClock } from '../../local/clock.ts';
import type { EventBridgeEvent, OperationRequest } from '../../local/cloud.ts';
import { createCloud } from '../../local/create-cloud.ts';
import { defineOperation } from '../../local/define-operation.ts';
import type { Fault } from '../../local/faults/fault.ts';
import { createEcsThrottle } from '../../local/faults/token-buckets.ts';
import { injectFaults } from '../../local/faults.ts';

const caller = { account: '111111111111', arn: 'arn:aws:sts::111111111111:assumed-role/worker/one' };

/** Creates a cloud with one operation that counts its executions, and a schedule of faults. */
function cloudWith(schedule: Fault[], acts = {}) {
  const clock = createJumpingClock();
  const cloud = createCloud(clock);
  const done: number[] = [];
  const count = defineOperation(z.strictObject({}), () => done.push(clock.now()));
  cloud.services.set('ecs', { name: 'ecs', protocol: 'json', operations: { Count: count } });
  injectFaults(cloud, { faults: schedule, actions: acts });
  const call = () => cloud.invoke('ecs', 'Count', {}, { caller, region: 'eu-west-1', trace: 'Root=1' });
  return { clock, cloud, done, call };
}

const fault = (what: 'throttled' | 'unavailable' | 'expired' | 'lost before' | 'lost after', nth = 1): Fault => ({
  to: 'call',
  words: ['ecs Count'],
  nth,
  times: 1,
  what,
});

it.each([
  { what: 'throttled', name: 'ThrottlingException', effects: 0 },
  { what: 'unavailable', name: 'ServerException', effects: 0 },
  { what: 'expired', name: 'ExpiredTokenException', effects: 0 },
  { what: 'lost before', name: 'Error', effects: 0 },
  { what: 'lost after', name: 'Error', effects: 1 },
] as const)('a call that is $what rejects with $name and has $effects effects', async ({ what, name, effects }) => {
  const { call, done } = cloudWith([fault(what)]);
  await expect(call()).rejects.toMatchObject({ name });
  expect(done).toHaveLength(effects);
  await call();
  expect(done).toHaveLength(effects + 1);
});

it('affects only the nth call that it names', async () => {
  const { call } = cloudWith([fault('throttled', 2)]);
  await call();
  await expect(call()).rejects.toThrow('Rate exceeded');
  await call();
});

it('lets time pass while an answer is delayed', async () => {
  const { call, clock } = cloudWith([
    { to: 'call', words: ['ecs'], nth: 1, times: 1, what: 'late answer', seconds: 40 },
  ]);
  const began = clock.now();
  let answered = false;
  void call().then(() => {
    answered = true;
  });
  await clock.advanceUntil(() => answered);
  expect(clock.now() - began).toBe(40_000);
});

it('lets another actor act right before the call', async () => {
  const order: string[] = [];
  const acts = { theirs: async () => order.push('theirs') };
  const { call, done } = cloudWith(
    [{ to: 'call', words: ['ecs'], nth: 1, times: 1, what: 'meanwhile', act: 'theirs' }],
    acts,
  );
  await call();
  expect([...order, ...done.map(() => 'ours')]).toEqual(['theirs', 'ours']);
});

it.each([
  { what: 'never', published: [0] },
  { what: 'twice', published: [0, 0, 0] },
  { what: 'late', published: [0, 30_000] },
] as const)('delivers the second of two events $what', async ({ what, published }) => {
  const expected = { never: published, twice: published, late: published }[what];
  const { cloud, clock } = cloudWith([{ to: 'event', words: ['aws.test'], nth: 2, times: 1, what, seconds: 30 }]);
  const began = clock.now();
  const times: number[] = [];
  cloud.eventListeners.push((_event: EventBridgeEvent) => void times.push(clock.now() - began));
  const said = {
    'detail-type': 'Test',
    source: 'aws.test',
    account: caller.account,
    region: 'eu-west-1',
    resources: [],
    detail: {},
  };
  cloud.publish(said);
  cloud.publish(said);
  let passed = false;
  clock.after(60_000, () => {
    passed = true;
  });
  await clock.advanceUntil(() => passed);
  expect(times).toEqual(expected);
});

it('allows a burst, and then as many calls a second as ECS sustains', async () => {
  const clock = createJumpingClock();
  const { allows, uses } = createEcsThrottle(clock);
  const asked = {
    service: 'ecs',
    operation: 'RegisterTaskDefinition',
    input: {},
    as: { caller, region: 'eu-west-1' },
  } satisfies OperationRequest;
  const through = () => Array.from({ length: 30 }, () => allows(asked)).filter(Boolean).length;
  expect(through()).toBe(20);
  let passed = false;
  clock.after(3000, () => {
    passed = true;
  });
  await clock.advanceUntil(() => passed);
  expect(through()).toBe(3);
  expect(uses().get('111111111111 task definition, modify')).toEqual({ allowed: 23, refused: 37, peak: 30 });
});
