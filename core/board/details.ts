import { parseResourceName } from '../parsing/arn.ts';
import { shortenArns } from '../parsing/display-text.ts';
import { formatConsoleUrl } from '../parsing/partition.ts';
import type { ExecutionData } from '../reporting/execution-data.ts';
import type { LedgerEntry } from '../reporting/ledger.ts';
import { listConsoleLinks, listFollowUpCommands } from '../reporting/notification.ts';
import { diffTaskDefinitions } from '../task-definition/diff.ts';
import { type DescribedTaskDefinition, toRegistrableDefinition } from '../task-definition/raw.ts';
import { listFailureLogLines, reasonOfEntry } from './cell.ts';
import type { FailureDetails } from './cell-data.ts';
import type { FieldChange, ReleaseDetails, TimelineEntry } from './details-data.ts';
import { idOfEntry } from './release-line.ts';

/** Returns the page of a service in the console of ECS. */
function formatServiceUrl({ region, cluster, name }: LedgerEntry['service']): string {
  const path = `clusters/${parseResourceName(cluster)}/services/${parseResourceName(name)}`;
  return `${formatConsoleUrl(region)}/ecs/v2/${path}/health?region=${region}`;
}

/** Returns the pages of a release in the consoles of both accounts. */
export const listReleaseLinks = (entry: LedgerEntry, place: { region: string }): ReleaseDetails['links'] => [
  ...listConsoleLinks(entry, place.region).map(([label, url]) => ({ label: `${label} (build account)`, url })),
  { label: 'Service (target account)', url: formatServiceUrl(entry.service) },
];

/** Returns the commands about a release. They name the execution without its account, because `gantry watch` knows the account. */
export const listReleaseCommands = (entry: LedgerEntry): ReleaseDetails['commands'] => [
  { label: 'See how it went', command: `gantry watch ${entry.execution.split(':').at(-1)}` },
  ...listFollowUpCommands(entry).map(([label, command]) => ({ label, command })),
];

const failedResults: (string | undefined)[] = ['Failed', 'RolledBack'];

/** Returns why a release failed, with the end of the log in the data of its execution; undefined if it did not fail. */
export function findFailureDetails(
  entry: LedgerEntry,
  data: ExecutionData | undefined,
  showsLog: boolean,
): FailureDetails | undefined {
  if (!failedResults.includes(entry.result) && entry.rollback === undefined) return undefined;
  return {
    release: idOfEntry(entry),
    reason: reasonOfEntry(entry),
    log: showsLog ? listFailureLogLines(data) : undefined,
  };
}

/** How long after the end of an execution ECS reports events about its deployment, in ms. */
const afterwardsMs = 60_000;

/** Returns ECS's events of the service while a release ran. ECS keeps the newest 100 events of a service. */
export function listEcsEvents({ start, end }: LedgerEntry, events: { at: Date; message: string }[]): TimelineEntry[] {
  const last = end === undefined ? Number.POSITIVE_INFINITY : Date.parse(end) + afterwardsMs;
  return events
    .filter(({ at }) => at.getTime() >= Date.parse(start) && at.getTime() <= last)
    .map(({ at, message }) => ({ at: at.toISOString(), text: shortenArns(message), source: 'ecs' }));
}

/** Returns what a release changed in the task definition, without values that may be secret. */
export function listChanges(before: DescribedTaskDefinition, after: DescribedTaskDefinition): FieldChange[] {
  const [old, now] = [before, after].map(({ taskDefinition, tags }) => ({
    definition: toRegistrableDefinition(taskDefinition),
    tags,
  }));
  return old === undefined || now === undefined ? [] : diffTaskDefinitions(old, now);
}
