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

describe('the service alone shows enough', () => {
  it.each([
    ['for a rollout in progress', serviceWith()],
    ['for a completed rollout', serviceWith({ deployments: [completed] })],
  ])('%s', (_, seen) => {
    expect(canSkipHistory(rolloutObservation({ service: seen }))).toBe(true);
    const read = { now: secondsAfterStart(899), historyReadAt: secondsAfterStart(600) };
    expect(canSkipHistory(rolloutObservation({ service: seen, ...read }))).toBe(true);
  });
});

describe('the history is read', () => {
  it.each([
    [
      'for a deployment that ECS has failed',
      { service: serviceWith({ deployments: [ourDeployment({ rolloutState: 'FAILED' }), previousDeployment()] }) },
    ],
    [
      'if ECS reports no rollout state (a Classic Load Balancer)',
      { service: serviceWith({ deployments: [ourDeployment({ rolloutState: undefined })] }) },
    ],
    [
      'if ours is no longer the newest',
      { service: serviceWith({ deployments: [newerDeployment(), ourDeployment({ status: 'ACTIVE' })] }) },
    ],
    [
      'if ours is no longer listed',
      { service: serviceWith({ deployments: [previousDeployment({ status: 'PRIMARY' })] }) },
    ],
    [
      'if only the history shows when it is over',
      { service: serviceWith({ deployments: [completed], historyDecides: true }) },
    ],
    [
      'once a task has failed',
      { service: serviceWith({ deployments: [ourDeployment({ failed: 1 }), previousDeployment()] }) },
    ],
    ['for a service that is being deleted', { service: serviceWith({ status: 'DRAINING' }) }],
    ['when an alarm went off: ECS may be rolling back because of it', { fired: [{ name: 'web-5xx' }] }],
    ['at the deadline', { now: secondsAfterStart(3600) }],
    [
      'five minutes after the start, because only the history shows that a person stopped it',
      { now: secondsAfterStart(300) },
    ],
    ['five minutes after it was last read', { now: secondsAfterStart(900), historyReadAt: secondsAfterStart(600) }],
  ])('%s', (_, changes) => {
    expect(canSkipHistory(rolloutObservation(changes))).toBe(false);
  });
});

describe('only the history shows when a deployment is over', () => {
  it.each([
    ['with early success', { earlySuccessCriteria: { enable: true } }],
    ['with traffic shifts', { strategy: 'BLUE_GREEN' as const }],
    ['in steps', { strategy: 'CANARY' as const }],
    ['with hooks', { lifecycleHooks: [{ hookTargetArn: 'arn:aws:lambda:eu-west-1:222222222222:function:check' }] }],
  ])('%s', (_, deploymentConfiguration) => {
    expect(toObservedService({ deploymentConfiguration }).historyDecides).toBe(true);
  });

  it.each([
    ['without either', {}],
    ['that rolls', { strategy: 'ROLLING' as const, lifecycleHooks: [], earlySuccessCriteria: { enable: false } }],
  ])('but not for a deployment %s', (_, deploymentConfiguration) => {
    expect(toObservedService({ deploymentConfiguration }).historyDecides).toBe(false);
  });
});

describe('the details are read', () => {
  it.each([
    [
      'if a newer deployment took over, because its images decide whether to follow it',
      { service: serviceWith({ deployments: [newerDeployment(), ourDeployment({ status: 'ACTIVE' })] }) },
    ],
    [
      'once a task has failed',
      { service: serviceWith({ deployments: [ourDeployment({ failed: 1 }), previousDeployment()] }) },
    ],
  ])('%s', (_, changes) => {
    expect(hasWarningSigns(rolloutObservation(changes))).toBe(true);
  });

  it('but not for a rollout in progress', () => {
    expect(hasWarningSigns(rolloutObservation())).toBe(false);
  });
});
