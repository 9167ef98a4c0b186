import { describe, expect, it } from 'vitest';
import { toObservedService } from '../../../aws/ecs-deployments.ts';
import { canSkipHistory, hasWarningSigns } from '../../../core/rollout/service-events.ts';
import {
  newerDeployment,
  ourDeployment,
  previousDeployment,
  rolloutObservation,
  secondsAfterStart,
  serviceWith,
} from './facts.ts';

const completed = ourDeployment({ rolloutState: 'COMPLETED', running: 2, pending: 0 });

describe('the service alone tells enough', () => {
  it.each([
    ['of a rollout that goes on', serviceWith()],
    ['of one that is complete', serviceWith({ deployments: [completed] })],
  ])('%s', (_, seen) => {
    expect(canSkipHistory(rolloutObservation({ service: seen }))).toBe(true);
    const read = { now: secondsAfterStart(899), historyReadAt: secondsAfterStart(600) };
    expect(canSkipHistory(rolloutObservation({ service: seen, ...read }))).toBe(true);
  });
});

describe('the history is asked', () => {
  it.each([
    [
      'of a deployment that ECS gave up',
      { service: serviceWith({ deployments: [ourDeployment({ rolloutState: 'FAILED' }), previousDeployment()] }) },
    ],
    [
      'where ECS gives no word (a Classic Load Balancer)',
      { service: serviceWith({ deployments: [ourDeployment({ rolloutState: undefined })] }) },
    ],
    [
      'where ours is no longer the newest',
      { service: serviceWith({ deployments: [newerDeployment(), ourDeployment({ status: 'ACTIVE' })] }) },
    ],
    ['where ours is gone', { service: serviceWith({ deployments: [previousDeployment({ status: 'PRIMARY' })] }) }],
    [
      'where only the history says when it is over',
      { service: serviceWith({ deployments: [completed], historyDecides: true }) },
    ],
    [
      'once a task has failed',
      { service: serviceWith({ deployments: [ourDeployment({ failed: 1 }), previousDeployment()] }) },
    ],
    ['of a service that is being deleted', { service: serviceWith({ status: 'DRAINING' }) }],
    ['when an alarm went off: ECS may be rolling back because of it', { fired: [{ name: 'web-5xx' }] }],
    ['at the deadline', { now: secondsAfterStart(3600) }],
    ['five minutes after the start, for a stop by a person shows there only', { now: secondsAfterStart(300) }],
    ['five minutes after it was last read', { now: secondsAfterStart(900), historyReadAt: secondsAfterStart(600) }],
  ])('%s', (_, changes) => {
    expect(canSkipHistory(rolloutObservation(changes))).toBe(false);
  });
});

describe('only the history says when a deployment is over', () => {
  it.each([
    ['that may succeed early', { earlySuccessCriteria: { enable: true } }],
    ['that shifts traffic', { strategy: 'BLUE_GREEN' as const }],
    ['in steps', { strategy: 'CANARY' as const }],
    ['with hooks', { lifecycleHooks: [{ hookTargetArn: 'arn:aws:lambda:eu-west-1:222222222222:function:check' }] }],
  ])('%s', (_, deploymentConfiguration) => {
    expect(toObservedService({ deploymentConfiguration }).historyDecides).toBe(true);
  });

  it.each([
    ['of nothing special', {}],
    ['that rolls', { strategy: 'ROLLING' as const, lifecycleHooks: [], earlySuccessCriteria: { enable: false } }],
  ])('but not of one %s', (_, deploymentConfiguration) => {
    expect(toObservedService({ deploymentConfiguration }).historyDecides).toBe(false);
  });
});

describe('the details are asked', () => {
  it.each([
    [
      'where a newer deployment took over, whose images tell whether to follow it',
      { service: serviceWith({ deployments: [newerDeployment(), ourDeployment({ status: 'ACTIVE' })] }) },
    ],
    [
      'once a task has failed',
      { service: serviceWith({ deployments: [ourDeployment({ failed: 1 }), previousDeployment()] }) },
    ],
  ])('%s', (_, changes) => {
    expect(hasWarningSigns(rolloutObservation(changes))).toBe(true);
  });

  it('but not of a rollout that goes on', () => {
    expect(hasWarningSigns(rolloutObservation())).toBe(false);
  });
});
