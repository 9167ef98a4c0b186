import type { ReleasePlan } from '../model/state-data.ts';

/** The CloudWatch alarms that concern a deployment, as Check Target finds them. */
export interface AlarmFacts {
  /** The alarms that ECS watches during the service's deployments. */
  ecs: string[];
  /** The alarms that gantry.config.ts names for the service. */
  configured: string[];
  /** The current states of the existing alarms (`OK`, `ALARM`, `INSUFFICIENT_DATA`); `denied` if the role is not allowed to read alarms. */
  states: { name: string; state: string }[] | 'denied';
}

/** Returns the names of all alarms, without duplicates. */
export const listAlarmNames = ({ ecs, configured }: Omit<AlarmFacts, 'states'>): string[] => [
  ...new Set([...ecs, ...configured]),
];

/** Returns the alarms to watch from now on. Leaves out an alarm that is already in ALARM, because it does not show a failure of this deployment. */
export function chooseAlarmsToWatch(facts: AlarmFacts): ReleasePlan['alarms'] {
  if (facts.states === 'denied') return { watched: [], ignored: [] };
  const firing = new Set(facts.states.filter(({ state }) => state === 'ALARM').map(({ name }) => name));
  const existing = new Set(facts.states.map(({ name }) => name));
  const names = listAlarmNames(facts).filter((name) => existing.has(name));
  return {
    watched: names.filter((name) => !firing.has(name)),
    ignored: names.filter((name) => firing.has(name)),
  };
}

const quoteNames = (names: string[]): string => names.map((name) => `'${name}'`).join(', ');

/** Returns a sentence for each warning about the alarms that a person should see before a deployment. */
export function listAlarmWarnings(facts: AlarmFacts): string[] {
  const names = listAlarmNames(facts);
  const { states } = facts;
  if (states === 'denied')
    return names.length === 0
      ? []
      : [`The role may not cloudwatch:DescribeAlarms, so Gantry does not watch ${quoteNames(names)}.`];
  const missing = facts.configured.filter((name) => !states.some((alarm) => alarm.name === name));
  return [
    ...chooseAlarmsToWatch(facts).ignored.map((name) => formatIgnoredAlarm(name, facts)),
    ...missing.map((name) => `The alarm '${name}' of gantry.config.ts does not exist, so nobody watches it.`),
  ];
}

/** amazon-ecs-developer-guide, deployment-alarm-failure: if one alarm is in ALARM at the start, ECS ignores all alarms of the deployment. */
const formatIgnoredAlarm = (name: string, { ecs }: AlarmFacts): string =>
  ecs.includes(name)
    ? `The alarm '${name}' is in ALARM already, so it is ignored, and ECS ignores all alarms of this deployment.`
    : `The alarm '${name}' is in ALARM already, so it is ignored.`;
