import type { TargetConfig } from '../core/config/check.ts';
import { targetTrackingPrefix } from '../core/config/scaling-alarms.ts';
import { listAllowedNames } from '../core/config/target-permissions.ts';
import { formatArn } from '../core/parsing/partition.ts';
import type { EventRuleDeclaration } from './event-rule.ts';
import { type Installation, iamRoleArn, isCrossAccount } from './installation.ts';
import { busPolicyStatement } from './policies-artifacts.ts';

/** Whether a target has to forward its events. Events of a target in the build account's own Region are already on its bus. */
export const needsForwarding = (installation: Installation, target: TargetConfig): boolean =>
  target.events === 'forwarded' &&
  (isCrossAccount(target, installation.config) || target.region !== installation.region);

/** The name of the role that forwards a target's events. */
export const forwardingRoleName = (installation: Installation, target: TargetConfig): string =>
  installation.names.of(`${target.name}-events`);

type EventPattern = EventRuleDeclaration['pattern'];

/** The rules of one target account, for its own events: for deployments, for stopped tasks, and for the alarms of the services. */
export function declareForwardingRules(installation: Installation, target: TargetConfig): EventRuleDeclaration[] {
  if (!needsForwarding(installation, target)) return [];
  const { services: allowed } = listAllowedNames(target);
  const rules = (purpose: string, description: string, patternOf: (services: string[]) => EventPattern) =>
    splitByPatternLength(allowed, patternOf).map(
      (pattern, index): EventRuleDeclaration => ({
        account: target.account,
        region: target.region,
        name: installation.names.of(`${target.name}-${purpose}${index === 0 ? '' : `-${index + 1}`}`),
        description: `${description}, for the build account`,
        pattern,
        target: {
          id: 'build-account',
          arn: installation.bus,
          roleArn: iamRoleArn(target, forwardingRoleName(installation, target)),
        },
      }),
    );
  return [
    ...rules('rollouts', 'State changes of deployments', (services) => deploymentPattern(target, services)),
    ...rules('tasks', 'Stopped tasks', (services) => taskPattern(target, services)),
    ...rules('alarms', 'Alarms of the services', () => alarmPattern(target)),
  ];
}

/** The longest pattern, in characters (docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html). */
const maxPatternLength = 2048;

/** One or more patterns that together cover all services. The pattern of a single service is not divided. */
function splitByPatternLength(services: string[], patternOf: (services: string[]) => EventPattern): EventPattern[] {
  if (services.length < 2 || JSON.stringify(patternOf(services)).length <= maxPatternLength)
    return [patternOf(services)];
  const half = Math.ceil(services.length / 2);
  return [services.slice(0, half), services.slice(half)].flatMap((some) => splitByPatternLength(some, patternOf));
}

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

const deploymentPattern = (target: TargetConfig, services: string[]): EventPattern => ({
  source: ['aws.ecs'],
  account: [target.account],
  'detail-type': ['ECS Deployment State Change', 'ECS Service Action'],
  resources: services.map((name) => toEventMatcher(formatArn('ecs', target, `service/${target.cluster}/${name}`))),
});

/** A task that a deployment replaces is expected to stop ("Scaling activity initiated by (deployment ecs-svc/…)"). */
const unexpectedStop = [{ 'anything-but': { prefix: 'Scaling activity initiated by' } }];

const taskPattern = (target: TargetConfig, services: string[]): EventPattern => ({
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

/**
 * Alarms that go to ALARM, except those of target tracking, which do so as part of normal scaling. The build account decides which of the others
 * belong to a service, by the configuration and by the service's own deployment configuration.
 */
const alarmPattern = (target: TargetConfig): EventPattern => ({
  source: ['aws.cloudwatch'],
  account: [target.account],
  'detail-type': ['CloudWatch Alarm State Change'],
  detail: { alarmName: [{ 'anything-but': { prefix: targetTrackingPrefix } }], state: { value: ['ALARM'] } },
});

/** The events that can wake an execution. On the build account's bus, this includes events of targets in the same account and Region. */
export const wakePattern = (accounts: string[]): EventPattern => ({
  account: accounts,
  $or: [
    { source: ['aws.ecs'], 'detail-type': ['ECS Deployment State Change'] },
    // Stopped tasks and warnings never decide about a release, and a failing release has many (core/events/wake-event.ts).
    {
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      detail: { state: { value: ['ALARM'] } },
    },
  ],
});

/**
 * The statements of the build account's bus: one for each account that forwards events. If a target of the build account is in another Region, this
 * includes the build account itself. EventBridge checks the statements when the bus is added to a rule as a target.
 */
export function declareBusStatements(installation: Installation) {
  const senders = installation.config.targets.filter((target) => needsForwarding(installation, target));
  return [...new Set(senders.map((target) => target.account))].map((account) => ({
    account,
    statement: busPolicyStatement(installation, account),
  }));
}
