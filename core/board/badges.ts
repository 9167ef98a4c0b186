import { parseRevisionName } from '../parsing/arn.ts';
import { formatTime } from '../parsing/time-text.ts';
import { formatAlarmNames } from '../rollout/alarms.ts';
import { formatUserOfOtherRevision } from '../schedule/other-revisions.ts';
import { formatLeaseHolder } from '../service/lease.ts';
import { findOtherInstallation, formatInstallation, type Installation } from '../task-definition/installation.ts';
import type { CellBadge, ReadFact } from './cell-data.ts';
import { findLeaseHolder, isServiceBeingChanged } from './choose-state.ts';
import type { BoardContext, ServiceObservation } from './observations.ts';
import { entriesOfObservation, findEntryOfNewestDeployment, findPrimaryOfObservation } from './running.ts';

/**
 * The facts on which the badges depend besides the service. `own`: this installation; `forwardsEvents`: whether events of the target's account should
 * arrive.
 */
export interface BadgeFacts {
  own: Installation;
  forwardsEvents: boolean;
}

type NewBadge = Omit<CellBadge, 'readAt'>;

type BadgeRule = (observation: ServiceObservation, context: BoardContext, facts: BadgeFacts) => NewBadge[];

const listAlarmBadges: BadgeRule = ({ alarms }) => {
  const fired = (alarms.value ?? []).filter(({ state }) => state === 'ALARM');
  if (fired.length === 0) return [];
  const reasons = fired.flatMap(({ reason }) => (reason === undefined ? [] : [` ${reason}`]));
  return [{ kind: 'alarm', text: `In ALARM: ${formatAlarmNames(fired.map(({ name }) => name))}.${reasons.join('')}` }];
};

/** Shows a deployment that Gantry's ledger does not explain. A service that Gantry never changed has no drift. */
const listDriftBadges: BadgeRule = (observation, { definitions }, { own }) => {
  const primary = findPrimaryOfObservation(observation);
  const last = entriesOfObservation(observation).find(({ after, end }) => after !== undefined && end !== undefined);
  if (primary === undefined || last === undefined || isServiceBeingChanged(observation)) return [];
  const left = last.result === 'RolledBack' ? last.before : last.after;
  if (findEntryOfNewestDeployment(observation) !== undefined || left === primary.taskDefinition) return [];
  const other = findOtherInstallation(definitions.get(primary.taskDefinition)?.tags ?? [], own);
  const who = other === undefined ? 'somebody else' : `another installation of Gantry, ${formatInstallation(other)}`;
  const before = left === undefined ? '' : `; the last release of Gantry left ${parseRevisionName(left)}`;
  return [{ kind: 'drift', text: `${parseRevisionName(primary.taskDefinition)} was deployed by ${who}${before}.` }];
};

const listLeaseBadges: BadgeRule = (observation) => {
  const held = findLeaseHolder(observation);
  return held === undefined
    ? []
    : [{ kind: 'lease', text: `${formatLeaseHolder(held.holder)}, until ${formatTime(held.until)} at most.` }];
};

const listScheduleBadges: BadgeRule = (observation) => {
  const running = findPrimaryOfObservation(observation)?.taskDefinition;
  if (running === undefined) return [];
  return (observation.others?.value ?? []).map((one) => ({
    kind: 'schedules',
    text: formatUserOfOtherRevision(one, running),
  }));
};

/** An event usually arrives within seconds. An event that has not arrived after this time (in ms) is missing. */
const longestDeliveryMs = 120_000;

/** The time at which the function recorded an event can be this much (in ms) before ECS's time of the deployment, because their clocks differ. */
const maxSkewMs = 10_000;

/** The start of a deployment that Gantry made is an event. Nothing is known about deployments before Gantry was installed. */
const listEventBadges: BadgeRule = (observation, _, { forwardsEvents }) => {
  const primary = findPrimaryOfObservation(observation);
  const events = observation.table.value?.events;
  if (
    !forwardsEvents ||
    primary === undefined ||
    events === undefined ||
    findEntryOfNewestDeployment(observation) === undefined
  )
    return [];
  const begun = primary.createdAt.getTime();
  const last = events.last === undefined ? 0 : Date.parse(events.last);
  if (last >= begun - maxSkewMs || Date.parse(events.readAt) < begun + longestDeliveryMs) return [];
  const text = `No event has arrived since the start of deployment ${primary.id}, ${formatTime(primary.createdAt)}: releases poll, and no event starts a rollback. \`gantry doctor\` checks the rules and the event bus.`;
  return [{ kind: 'events', text }];
};

const rules = [listAlarmBadges, listDriftBadges, listLeaseBadges, listScheduleBadges, listEventBadges];

const listUnknown = (parts: [name: string, fact: ReadFact<unknown> | undefined][]): CellBadge[] =>
  parts.flatMap(([name, fact]) =>
    fact?.problem === undefined
      ? []
      : [{ kind: 'unknown', text: `${name}: ${fact.problem}`, readAt: fact.readAt } as const],
  );

/** Returns when the fact behind a badge was read. */
function ageOf({ kind }: NewBadge, { service, table, alarms, others }: ServiceObservation): string | undefined {
  switch (kind) {
    case 'alarm':
      return alarms.readAt;
    case 'lease':
      return table.readAt;
    case 'events':
      return table.value?.events?.readAt;
    case 'schedules':
      return others?.readAt;
    default:
      return service.readAt;
  }
}

/** Returns the badges of a cell: the facts that deserve attention, and the facts that could not be read. */
export function listBadges(observation: ServiceObservation, context: BoardContext, facts: BadgeFacts): CellBadge[] {
  const { table, execution, deployment, alarms, others } = observation;
  return [
    ...rules
      .flatMap((rule) => rule(observation, context, facts))
      .map((badge) => ({ ...badge, readAt: ageOf(badge, observation) })),
    ...listUnknown([
      ['The ledger and the lease are unknown', table],
      ['The execution is unknown', execution],
      ["ECS's history of the deployment is unknown", deployment],
      ['The alarms are unknown', alarms],
      ['What else runs the family is unknown', others],
    ]),
  ];
}
