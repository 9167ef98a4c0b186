import { formatExecutionSource } from '../model/execution-source.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import type { LedgerEntry } from '../reporting/ledger.ts';
import type { Deployment } from '../rollout/observation.ts';
import { findPrimary } from '../rollout/rolling-out.ts';
import { findRestoredRevision } from '../task-definition/tags.ts';
import type { RunningRelease } from './cell-data.ts';
import type { DefinitionsByArn, ServiceObservation } from './observations.ts';

/** Returns the newest deployment of an observed service. */
export const findPrimaryOfObservation = ({ service }: ServiceObservation): Deployment | undefined =>
  service.value && findPrimary(service.value.service);

export const entriesOfObservation = ({ table }: ServiceObservation): LedgerEntry[] => table.value?.entries ?? [];

/** Returns the revision and, if it is only a copy that runs the images of an earlier revision again, that earlier revision. */
function listSameRevisions(revision: string, definitions: DefinitionsByArn): string[] {
  const restored = findRestoredRevision(definitions.get(revision)?.tags ?? []);
  if (restored === undefined) return [revision];
  return [revision, revision.replace(/[^/]+$/, parseRevisionName(restored))];
}

/** Returns the entry of the release that introduced the images of a revision: the newest deployment of the revision, or of the revision that it restores. */
export function findReleaseOfRevision(
  revision: string,
  entries: LedgerEntry[],
  definitions: DefinitionsByArn,
): LedgerEntry | undefined {
  const same = listSameRevisions(revision, definitions);
  const found = entries.filter(({ after }) => after !== undefined && same.includes(after));
  return found.find(({ kind, commit }) => kind === 'deploy' && commit !== undefined) ?? found[0];
}

/** ECS's clock can differ from that of the execution by this time, in ms. */
const maxSkewMs = 10_000;

/** Returns the unfinished entry of the execution that was read last. This execution works on the service now, or has just ended. */
function findUnfinishedEntry({ execution, table }: ServiceObservation): LedgerEntry | undefined {
  const arn = execution?.value?.arn;
  return table.value?.entries.find((entry) => entry.execution === arn && entry.end === undefined);
}

/** Returns the entry of the execution that works on the service now; undefined if none does. */
export const findRunningEntry = (observation: ServiceObservation): LedgerEntry | undefined =>
  observation.execution?.value?.ended === false ? findUnfinishedEntry(observation) : undefined;

/**
 * Returns the entry of the execution that made the newest deployment; undefined if somebody else did. An entry names its revision only at its end, so an
 * execution that still runs made every deployment since its start.
 */
export function findEntryOfNewestDeployment(observation: ServiceObservation): LedgerEntry | undefined {
  const primary = findPrimaryOfObservation(observation);
  if (primary === undefined) return undefined;
  const begun = primary.createdAt.getTime();
  const open = findUnfinishedEntry(observation);
  if (open !== undefined && Date.parse(open.start) <= begun + maxSkewMs) return open;
  return entriesOfObservation(observation).find(
    ({ after, start, end }) =>
      after === primary.taskDefinition &&
      Date.parse(start) <= begun + maxSkewMs &&
      end !== undefined &&
      Date.parse(end) >= begun - maxSkewMs,
  );
}

const digestIn = (image: string): string | undefined => image.split('@')[1];

function listImages(revision: string, release: LedgerEntry | undefined, definitions: DefinitionsByArn) {
  const described = definitions.get(revision)?.taskDefinition.containerDefinitions;
  const images =
    described?.map(({ name, image }) => ({ container: name, image: String(image) })) ??
    (release?.images ?? []).map(({ name, pinned }) => ({ container: name, image: pinned }));
  return images.map((one) => ({ ...one, digest: digestIn(one.image) }));
}

/** Returns what a service runs; undefined if it has no deployment. */
export function createRunningRelease(
  observation: ServiceObservation,
  definitions: DefinitionsByArn,
): RunningRelease | undefined {
  const primary = findPrimaryOfObservation(observation);
  if (primary === undefined) return undefined;
  const entries = entriesOfObservation(observation);
  const { taskDefinition, createdAt, desired, running, pending } = primary;
  const maker = findEntryOfNewestDeployment(observation);
  const release = findReleaseOfRevision(taskDefinition, entries, definitions) ?? maker;
  return {
    revision: parseRevisionName(taskDefinition),
    commit: release?.commit && { id: release.commit.id, summary: release.commit.summary },
    images: listImages(taskDefinition, release, definitions),
    since: createdAt.toISOString(),
    by: maker && formatExecutionSource(maker.source),
    tasks: { desired, running, pending },
  };
}
