import { describe, expect, it } from 'vitest';
import type { RecordedHookAnswer } from '../../../core/model/hook-answer.ts';
import { decideWhetherToSendAnswer, type HookAnswerFacts } from '../../../core/rollout/answer-hook.ts';
import { pauseHook, secondsAfterStart, serviceDeployment } from './facts.ts';

const now = secondsAfterStart(1000);
const asked = {
  serviceDeploymentArn: serviceDeployment().arn,
  hookId: 'ecs-pause-1',
  action: 'CONTINUE' as const,
  by: 'alice',
  execution: 'execution:alice-1',
};
const recordedBy = (by: string | undefined, changes: Partial<RecordedHookAnswer> = {}): RecordedHookAnswer => ({
  ...asked,
  by,
  execution: `execution:${by ?? 'unnamed'}-0`,
  at: secondsAfterStart(990).toISOString(),
  status: 'accepted',
  ...changes,
});
const waiting = serviceDeployment({ hooks: [pauseHook()] });
const showing = (status: string, changes = {}) =>
  serviceDeployment({ hooks: [pauseHook({ status, ...changes })], lifecycleStage: 'BAKE_TIME', production: 100 });
const goneWithoutTrace = serviceDeployment({ hooks: [] });
const next = serviceDeployment({ hooks: [pauseHook({ status: 'SUCCEEDED' }), pauseHook({ id: 'ecs-pause-2' })] });

type Case = [situation: string, facts: Partial<HookAnswerFacts>, does: string, sentence?: RegExp];

describe('An answer at a pause hook', () => {
  it.each<Case>([
    ['the hook waits', {}, 'send'],
    [
      'the hook waits, and ECS refused an earlier answer',
      { recorded: recordedBy('bob', { status: 'refused' }) },
      'send',
    ],
    [
      'the hook waits, and another answer of five minutes ago never reached ECS',
      { recorded: recordedBy('bob', { status: 'sent', at: secondsAfterStart(700).toISOString() }) },
      'send',
    ],
    [
      'the hook waits after a lost request of the same person',
      { recorded: recordedBy('alice', { status: 'sent' }) },
      'send',
    ],
    [
      'the hook waits, and another answer may be on its way',
      { recorded: recordedBy('bob', { status: 'sent' }) },
      'refuse',
      /^bob sent CONTINUE .* not known yet/,
    ],
    [
      'the hook waits, and the same person may have sent the other answer',
      { recorded: recordedBy('alice', { status: 'sent', action: 'ROLLBACK' }) },
      'refuse',
      /^alice sent ROLLBACK/,
    ],
    [
      'ECS still shows the hook as waiting after the same answer',
      { recorded: recordedBy('alice') },
      'done',
      /alice continued/,
    ],
    [
      'ECS still shows the hook as waiting after the answer of another person',
      { recorded: recordedBy('bob', { action: 'ROLLBACK' }) },
      'refuse',
      /^Somebody was faster: bob rolled back the deployment at the hook ecs-pause-1, at .* Nothing was changed\.$/,
    ],
    [
      'an unnamed person was faster, and this person has no name either',
      { recorded: recordedBy(undefined), asked: { ...asked, by: undefined } },
      'refuse',
      /^Somebody was faster: Somebody continued/,
    ],
    [
      'the retry of an execution without a name finds its own answer',
      { recorded: recordedBy(undefined, { execution: asked.execution }), asked: { ...asked, by: undefined } },
      'done',
    ],
    [
      'the answer of ECS was lost, and the hook no longer waits',
      { recorded: recordedBy('alice', { status: 'sent' }), deployment: showing('SUCCEEDED') },
      'done',
      /was lost, so most likely this request ended the wait/,
    ],
    [
      'the answer of ECS to another person was lost',
      { recorded: recordedBy('bob', { status: 'sent' }), deployment: goneWithoutTrace },
      'refuse',
      /^Somebody was faster: bob continued/,
    ],
    [
      'somebody continued it without Gantry',
      { deployment: showing('SUCCEEDED') },
      'refuse',
      /somebody continued it, and not with Gantry/,
    ],
    [
      'somebody rolled back without Gantry',
      { deployment: { ...showing('FAILED'), status: 'ROLLBACK_IN_PROGRESS' } },
      'refuse',
      /rolled the deployment back at it, and not with Gantry\. .* is ROLLBACK_IN_PROGRESS\./,
    ],
    ['its time is over', { deployment: showing('TIMED_OUT') }, 'refuse', /^Nobody answered .* in time: .* ROLLBACK\./],
    ['ECS no longer lists it', { deployment: goneWithoutTrace }, 'refuse', /^The hook ecs-pause-1 does not wait/],
    ['the next step waits', { deployment: next }, 'refuse', /Now the lifecycle hook ecs-pause-2 waits for somebody/],
    [
      'it is the hook of a function',
      { deployment: showing('IN_PROGRESS', { waitsFor: 'function' }) },
      'refuse',
      /is for a function, so no person can answer it\. Nothing waits for a person: the deployment abc goes on; .*BAKE_TIME; .*100 %/,
    ],
    ['a newer deployment replaced it', { deployment: { ...waiting, status: 'STOPPED' } }, 'refuse', /is STOPPED/],
    [
      'the deployment was successful',
      { deployment: { ...showing('SUCCEEDED'), status: 'SUCCESSFUL' } },
      'refuse',
      /is SUCCESSFUL/,
    ],
    ['the deployment does not exist', { deployment: undefined }, 'refuse', /^ECS knows no deployment arn:/],
  ])('if %s', (_, facts, does, sentence = /^/) => {
    const decision = decideWhetherToSendAnswer({ now, asked, deployment: waiting, recorded: undefined, ...facts });
    expect(decision.do).toBe(does);
    expect('sentence' in decision ? decision.sentence : '').toMatch(sentence);
  });

  it.each<Case>([
    [
      'the same person answered another hook a moment ago',
      {},
      'refuse',
      /^alice continued .* at the hook ecs-pause-0, .* Since then the lifecycle hook ecs-pause-1 waits .* name it\./,
    ],
    ['that was ten minutes ago', { now: secondsAfterStart(1600) }, 'send'],
    ['that was another person', { asked: { ...asked, by: 'bob', onlyHook: true } }, 'send'],
    ['the person names the hook', { asked: { ...asked, onlyHook: false } }, 'send'],
    [
      'ECS refused the other answer',
      { earlier: recordedBy('alice', { hookId: 'ecs-pause-0', status: 'refused' }) },
      'send',
    ],
  ])('at the only hook that waits, if %s', (_, facts, does, sentence = /^/) => {
    const earlier = recordedBy('alice', { hookId: 'ecs-pause-0' });
    const given = { now, asked: { ...asked, onlyHook: true }, deployment: waiting, recorded: undefined, earlier };
    const decision = decideWhetherToSendAnswer({ ...given, ...facts });
    expect(decision.do).toBe(does);
    expect('sentence' in decision ? decision.sentence : '').toMatch(sentence);
  });

  it.each<Case>([
    ['one hook waits', { deployment: waiting }, 'refuse', /^No hook was named: the lifecycle hook ecs-pause-1 waits/],
    [
      'two hooks wait',
      { deployment: serviceDeployment({ hooks: [pauseHook(), pauseHook({ id: 'ecs-pause-2' })] }) },
      'refuse',
      /ecs-pause-1 waits .*, and the lifecycle hook ecs-pause-2 waits/,
    ],
    [
      'the same person has answered another hook, and one waits',
      { deployment: next, recorded: recordedBy('alice') },
      'refuse',
      /^No hook was named/,
    ],
    ['the same person has answered', { deployment: showing('SUCCEEDED'), recorded: recordedBy('alice') }, 'done'],
    [
      'another person has answered',
      { deployment: showing('SUCCEEDED'), recorded: recordedBy('bob') },
      'refuse',
      /^Nothing waits .* bob continued the deployment/,
    ],
    [
      'nobody has answered',
      { deployment: showing('SUCCEEDED') },
      'refuse',
      /^Nothing waits for a person: the deployment abc/,
    ],
  ])('without a hook is not sent, if %s', (_, facts, does, sentence = /^/) => {
    const unnamed = { ...asked, hookId: undefined };
    const decision = decideWhetherToSendAnswer({
      now,
      asked: unnamed,
      deployment: waiting,
      recorded: undefined,
      ...facts,
    });
    expect(decision.do).toBe(does);
    expect('sentence' in decision ? decision.sentence : '').toMatch(sentence);
  });
});
