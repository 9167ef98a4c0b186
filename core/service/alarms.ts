import type { Config } from '../config/check.ts';
import { serviceNamed } from '../config/targets.ts';
import type { Plan, Target } from '../model/states.ts';
import { byUs, type Finding, failed, subject } from '../rollout/finding.ts';
import { type Look, newerIn } from '../rollout/observation.ts';

/** The CloudWatch alarms that speak for a deployment, as Check Target finds them. */
export interface AlarmFacts {
  /** Those that ECS watches during the service's deployments. */
  ecs: string[];
  /** Those that gantry.config.ts names for the service. */
  configured: string[];
  /** How the existing ones stand now (`OK`, `ALARM`, `INSUFFICIENT_DATA`); `denied` where the role may not read alarms. */
  states: { name: string; state: string }[] | 'denied';
}

/** The alarms that the configuration names for a target; none for a target that it does not name. */
export const configuredAlarms = (config: Config, { name }: Target): string[] =>
  serviceNamed(config, name)?.service.alarms ?? [];

/** Every alarm once. */
export const namesOf = ({ ecs, configured }: Omit<AlarmFacts, 'states'>): string[] => [
  ...new Set([...ecs, ...configured]),
];

/** Which alarms to watch from now on. One that is in ALARM already tells nothing of this deployment. */
export function alarmsToWatch(facts: AlarmFacts): Plan['alarms'] {
  if (facts.states === 'denied') return { watched: [], ignored: [] };
  const firing = new Set(facts.states.filter(({ state }) => state === 'ALARM').map(({ name }) => name));
  const existing = new Set(facts.states.map(({ name }) => name));
  const names = namesOf(facts).filter((name) => existing.has(name));
  return {
    watched: names.filter((name) => !firing.has(name)),
    ignored: names.filter((name) => firing.has(name)),
  };
}

const listed = (names: string[]): string => names.map((name) => `'${name}'`).join(', ');

/** What a person should know of the alarms before a deployment, a sentence each. */
export function alarmWarnings(facts: AlarmFacts): string[] {
  const names = namesOf(facts);
  const { states } = facts;
  if (states === 'denied')
    return names.length === 0
      ? []
      : [`The role may not cloudwatch:DescribeAlarms, so Gantry does not watch ${listed(names)}.`];
  const missing = facts.configured.filter((name) => !states.some((alarm) => alarm.name === name));
  return [
    ...alarmsToWatch(facts).ignored.map((name) => ignored(name, facts)),
    ...missing.map((name) => `The alarm '${name}' of gantry.config.ts does not exist, so nobody watches it.`),
  ];
}

/** amazon-ecs-developer-guide, deployment-alarm-failure: with one alarm in ALARM at the start, ECS looks at none of the deployment's alarms. */
const ignored = (name: string, { ecs }: AlarmFacts): string =>
  ecs.includes(name)
    ? `The alarm '${name}' is in ALARM already, so it is ignored, and ECS ignores all alarms of this deployment.`
    : `The alarm '${name}' is in ALARM already, so it is ignored.`;

/** Alarm names as a part of a sentence: `alarm web-5xx` or `alarms a, b`; ECS does not always name the one that it means. */
export const alarmNames = (names: string[]): string => {
  if (names.length === 0) return 'an alarm';
  return `${names.length === 1 ? 'alarm' : 'alarms'} ${names.join(', ')}`;
};

/** A watched alarm went off. With a newer deployment on its way nobody knows whose fault that is. */
export function alarmed(look: Look): Finding | undefined {
  if (look.fired.length === 0 || newerIn(look) !== undefined) return undefined;
  const by = byUs(look);
  const what = by === 'gantry' ? 'failed and is rolled back' : 'failed';
  return failed(`${subject(look)} ${what}: ${alarmNames(look.fired.map(({ name }) => name))} went to ALARM.`, by);
}
