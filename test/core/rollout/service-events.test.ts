import { describe, expect, it } from 'vitest';
import { serviceNow } from '../../../aws/ecs-deployments.ts';
import { isTroubled, tellsEnough } from '../../../core/rollout/service-events.ts';
import { at, look, newer, old, ours, service } from './facts.ts';

const completed = ours({ rolloutState: 'COMPLETED', running: 2, pending: 0 });

describe('the service alone tells enough', () => {
  it.each([
    ['of a rollout that goes on', service()],
    ['of one that is complete', service({ deployments: [completed] })],
  ])('%s', (_, seen) => {
    expect(tellsEnough(look({ service: seen }))).toBe(true);
  });
});

describe('the history is asked', () => {
  it.each([
    [
      'of a deployment that ECS gave up',
      { service: service({ deployments: [ours({ rolloutState: 'FAILED' }), old()] }) },
    ],
    [
      'where ECS gives no word (a Classic Load Balancer)',
      { service: service({ deployments: [ours({ rolloutState: undefined })] }) },
    ],
    [
      'where ours is no longer the newest',
      { service: service({ deployments: [newer(), ours({ status: 'ACTIVE' })] }) },
    ],
    ['where ours is gone', { service: service({ deployments: [old({ status: 'PRIMARY' })] }) }],
    [
      'where only the history says when it is over',
      { service: service({ deployments: [completed], historyDecides: true }) },
    ],
    ['once a task has failed', { service: service({ deployments: [ours({ failed: 1 }), old()] }) }],
    ['of a service that is being deleted', { service: service({ status: 'DRAINING' }) }],
    ['when an alarm went off: ECS may be rolling back because of it', { fired: [{ name: 'web-5xx' }] }],
    ['at the deadline', { now: at(3600) }],
  ])('%s', (_, changes) => {
    expect(tellsEnough(look(changes))).toBe(false);
  });
});

describe('only the history says when a deployment is over', () => {
  it.each([
    ['that may succeed early', { earlySuccessCriteria: { enable: true } }],
    ['that shifts traffic', { strategy: 'BLUE_GREEN' as const }],
    ['in steps', { strategy: 'CANARY' as const }],
    ['with hooks', { lifecycleHooks: [{ hookTargetArn: 'arn:aws:lambda:eu-west-1:222222222222:function:check' }] }],
  ])('%s', (_, deploymentConfiguration) => {
    expect(serviceNow({ deploymentConfiguration }).historyDecides).toBe(true);
  });

  it.each([
    ['of nothing special', {}],
    ['that rolls', { strategy: 'ROLLING' as const, lifecycleHooks: [], earlySuccessCriteria: { enable: false } }],
  ])('but not of one %s', (_, deploymentConfiguration) => {
    expect(serviceNow({ deploymentConfiguration }).historyDecides).toBe(false);
  });
});

describe('the details are asked', () => {
  it.each([
    [
      'where a newer deployment took over, whose images tell whether to follow it',
      { service: service({ deployments: [newer(), ours({ status: 'ACTIVE' })] }) },
    ],
    ['once a task has failed', { service: service({ deployments: [ours({ failed: 1 }), old()] }) }],
  ])('%s', (_, changes) => {
    expect(isTroubled(look(changes))).toBe(true);
  });

  it('but not of a rollout that goes on', () => {
    expect(isTroubled(look())).toBe(false);
  });
});
