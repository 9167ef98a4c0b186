import type { TargetConfig } from '../core/config/check.ts';
import { listAllowedNames } from '../core/config/target-permissions.ts';
import { listTaskFamilies } from '../core/config/task-services.ts';
import {
  alarmPattern,
  deploymentPattern,
  type EventPattern,
  hookPattern,
  releaseTaskPattern,
  taskPattern,
} from './event-patterns.ts';
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

/** The rules of one target account, for its own events: for deployments, lifecycle hooks and tasks of the services, and for their alarms. */
export function declareForwardingRules(installation: Installation, target: TargetConfig): EventRuleDeclaration[] {
  if (!needsForwarding(installation, target)) return [];
  const { services: allowed } = listAllowedNames(target);
  const families = listTaskFamilies(target);
  const rules = (
    purpose: string,
    description: string,
    patternOf: (names: string[]) => EventPattern,
    names: string[] = allowed,
  ) =>
    splitByPatternLength(names, patternOf).map(
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
    ...rules('hooks', 'Lifecycle hooks of deployments', (services) => hookPattern(target, services)),
    ...rules('tasks', 'Stopped tasks', (services) => taskPattern(target, services)),
    ...(families.length === 0
      ? []
      : rules('release-tasks', 'Ends of release tasks', (names) => releaseTaskPattern(target, names), families)),
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
 * The statements of the build account's bus: one for each account that forwards events. If a target of the build account is in another Region, the build
 * account itself also has a statement. EventBridge checks the statements when a rule gets the bus as a target.
 */
export function declareBusStatements(installation: Installation) {
  const senders = installation.config.targets.filter((target) => needsForwarding(installation, target));
  return [...new Set(senders.map((target) => target.account))].map((account) => ({
    account,
    statement: busPolicyStatement(installation, account),
  }));
}
