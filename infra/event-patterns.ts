import type { TargetConfig } from '../core/config/check.ts';
import { targetTrackingPrefix } from '../core/config/scaling-alarms.ts';
import { formatArn } from '../core/parsing/partition.ts';
import { startedByPrefix } from '../core/release-tasks/record.ts';
import type { EventRuleDeclaration } from './event-rule.ts';

export type EventPattern = EventRuleDeclaration['pattern'];

/**
 * One value of an event pattern: an equal text, a prefix, or a wildcard, which must not have two stars in a row (eb-create-pattern-operators,
 * wildcard matching).
 */
function toEventMatcher(text: string): string | { prefix: string } | { wildcard: string } {
  const pattern = text.replace(/\*+/g, '*');
  if (!pattern.includes('*')) return pattern;
  const prefix = pattern.slice(0, -1);
  return pattern.endsWith('*') && !prefix.includes('*') ? { prefix } : { wildcard: pattern };
}

export const deploymentPattern = (target: TargetConfig, services: string[]): EventPattern => ({
  source: ['aws.ecs'],
  account: [target.account],
  'detail-type': ['ECS Deployment State Change', 'ECS Service Action'],
  resources: services.map((name) => toEventMatcher(formatArn('ecs', target, `service/${target.cluster}/${name}`))),
});

/** The hook events for which a release waits. No release waits for the start of a hook, or for a hook whose function still runs. */
const hookEvents = ['HOOK_AWAITING_ACTION', 'HOOK_SUCCEEDED', 'HOOK_FAILED', 'HOOK_TIMED_OUT'];

/** The resource of such an event is the service deployment, or absent (ecs_hook_state_change_events and pause-lifecycle-hooks in the ECS guide). */
export const hookPattern = (target: TargetConfig, services: string[]): EventPattern => ({
  source: ['aws.ecs'],
  account: [target.account],
  'detail-type': ['ECS Hook State Change'],
  detail: {
    eventName: hookEvents,
    serviceArn: services.map((name) => toEventMatcher(formatArn('ecs', target, `service/${target.cluster}/${name}`))),
  },
});

/** Matches unexpected stops. A deployment's replacement of a task is an expected stop ("Scaling activity initiated by (deployment ecs-svc/…)"). */
const unexpectedStop = [{ 'anything-but': { prefix: 'Scaling activity initiated by' } }];

export const taskPattern = (target: TargetConfig, services: string[]): EventPattern => ({
  source: ['aws.ecs'],
  account: [target.account],
  'detail-type': ['ECS Task State Change'],
  detail: {
    clusterArn: [formatArn('ecs', target, `cluster/${target.cluster}`)],
    group: services.map((name) => toEventMatcher(`service:${name}`)),
    lastStatus: ['STOPPED'],
    stoppedReason: unexpectedStop,
  },
});

/** The ends of the tasks that Gantry starts. The group of a task that no service started is its family (botocore ecs, RunTask `group`). */
export const releaseTaskPattern = (target: TargetConfig, families: string[]): EventPattern => ({
  source: ['aws.ecs'],
  account: [target.account],
  'detail-type': ['ECS Task State Change'],
  detail: {
    clusterArn: [formatArn('ecs', target, `cluster/${target.cluster}`)],
    group: families.map((name) => toEventMatcher(`family:${name}`)),
    startedBy: [{ prefix: startedByPrefix }],
    lastStatus: ['STOPPED'],
  },
});

/**
 * Alarms that go to ALARM, except those of target tracking, which go to ALARM as part of normal scaling. The build account decides which of the other alarms
 * belong to a service, from the configuration and from the service's own deployment configuration.
 */
export const alarmPattern = (target: TargetConfig): EventPattern => ({
  source: ['aws.cloudwatch'],
  account: [target.account],
  'detail-type': ['CloudWatch Alarm State Change'],
  detail: { alarmName: [{ 'anything-but': { prefix: targetTrackingPrefix } }], state: { value: ['ALARM'] } },
});

const ownTaskPattern = {
  source: ['aws.ecs'],
  'detail-type': ['ECS Task State Change'],
  detail: { startedBy: [{ prefix: startedByPrefix }], lastStatus: ['STOPPED'] },
};

/** The events that can wake an execution. On the build account's bus, this includes events of targets in the same account and Region. */
export const wakePattern = (accounts: string[], withTasks: boolean): EventPattern => ({
  account: accounts,
  $or: [
    { source: ['aws.ecs'], 'detail-type': ['ECS Deployment State Change'] },
    { source: ['aws.ecs'], 'detail-type': ['ECS Hook State Change'], detail: { eventName: hookEvents } },
    ...(withTasks ? [ownTaskPattern] : []),
    // Stopped tasks and warnings never decide about a release, and a failing release causes many of them (core/events/wake-event.ts).
    {
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      detail: { state: { value: ['ALARM'] } },
    },
  ],
});
