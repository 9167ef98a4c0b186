import { parseRevisionName } from '../parsing/arn.ts';
import type { LedgerEntry } from '../reporting/ledger.ts';
import { diffTaskDefinitions } from '../task-definition/diff.ts';
import {
  type DescribedTaskDefinition,
  type RawTaskDefinition,
  toRegistrableDefinition,
} from '../task-definition/raw.ts';
import type { Cell } from './cell-data.ts';
import type { ColumnPromotion } from './data.ts';
import type { DefinitionsByArn, ServiceObservation } from './observations.ts';
import {
  createRunningRelease,
  entriesOfObservation,
  findPrimaryOfObservation,
  findReleaseOfRevision,
} from './running.ts';

/** The content of a release: its commit, and the digests of its images as a text. */
interface ReleaseContent {
  commit?: string | undefined;
  digests: string;
}

const contentOfEntry = ({ commit, images }: LedgerEntry): ReleaseContent => ({
  commit: commit?.id,
  digests: images
    .map(({ name, pinned }) => `${name}=${pinned.split('@')[1] ?? pinned}`)
    .sort()
    .join(' '),
});

/** Two releases are the same if they have the same commit or the same digests. */
const isSameContent = (a: ReleaseContent, b: ReleaseContent): boolean =>
  (a.commit !== undefined && a.commit === b.commit) || (a.digests !== '' && a.digests === b.digests);

const isRelease = ({ kind, result }: LedgerEntry): boolean => kind === 'deploy' && result === 'Succeeded';

function findContent(observation: ServiceObservation, definitions: DefinitionsByArn): ReleaseContent | undefined {
  const revision = findPrimaryOfObservation(observation)?.taskDefinition;
  const release =
    revision === undefined
      ? undefined
      : findReleaseOfRevision(revision, entriesOfObservation(observation), definitions);
  return release && contentOfEntry(release);
}

/**
 * Returns the releases of the left column that the right column does not have, newest first. These are the releases that succeeded on the left after the
 * release that the right column runs, up to the release that the left column runs now. Each commit counts once. Undefined if the left column's ledger lacks
 * the running release of either column.
 */
export function findMissingReleases(
  left: ServiceObservation,
  right: ServiceObservation,
  definitions: DefinitionsByArn,
): LedgerEntry[] | undefined {
  const [runsLeft, runsRight] = [findContent(left, definitions), findContent(right, definitions)];
  if (runsLeft === undefined || runsRight === undefined) return undefined;
  if (isSameContent(runsLeft, runsRight)) return [];
  const releases = entriesOfObservation(left)
    .filter(isRelease)
    .map((entry) => ({ entry, content: contentOfEntry(entry) }));
  const from = releases.findIndex(({ content }) => isSameContent(content, runsLeft));
  const to = releases.findIndex(({ content }) => isSameContent(content, runsRight));
  if (from < 0 || to < 0) return undefined;
  const between = releases.slice(from, Math.max(from, to)).reverse();
  const distinct = new Map(between.map((one) => [one.content.commit ?? one.content.digests, one.entry]));
  return [...distinct.values()].reverse();
}

/** Returns how many releases or commits the right column is behind; undefined if it is not behind, or if the number is unknown. */
export function countMissingReleases(column: string, missing: LedgerEntry[] | undefined): Cell['behind'] {
  if (missing === undefined || missing.length === 0) return undefined;
  const unit = missing.every(({ commit }) => commit !== undefined) ? 'commits' : 'releases';
  return { column, count: missing.length, unit };
}

/** Removes differences that a promotion does not bring: each account has its own roles, log groups and Region. */
function neutralize({ taskDefinition }: DescribedTaskDefinition): RawTaskDefinition {
  const [, , , region = '', account = ''] = String(taskDefinition.taskDefinitionArn).split(':');
  const text = JSON.stringify(toRegistrableDefinition(taskDefinition)).replaceAll(account, 'ACCOUNT');
  return JSON.parse(text.replaceAll(region, 'REGION'));
}

const imageFieldPattern = /^containers\.[^.]+\.image$/;

/** Returns the names of the fields of the task definition that differ, without images, tags and values. */
function listChangedFields(
  left: DescribedTaskDefinition | undefined,
  right: DescribedTaskDefinition | undefined,
): string[] {
  if (left === undefined || right === undefined) return [];
  const [after, before] = [left, right].map((one) => ({ definition: neutralize(one), tags: [] }));
  if (after === undefined || before === undefined) return [];
  const fields = diffTaskDefinitions(before, after).map(({ field }) => field);
  return fields.filter((field) => field !== 'family' && !imageFieldPattern.test(field));
}

const contentOf = (image: string | undefined): string | undefined => image?.split('@')[1] ?? image;

/**
 * Returns what a promotion would bring from the left column to the right one; undefined if it would bring nothing, or if it is unknown what one of the
 * columns runs.
 */
export function createPromotion(
  left: ServiceObservation,
  right: ServiceObservation,
  { definitions, from }: { definitions: DefinitionsByArn; from: string },
): ColumnPromotion | undefined {
  const [runs, gets] = [createRunningRelease(right, definitions), createRunningRelease(left, definitions)];
  const [rightArn, leftArn] = [
    findPrimaryOfObservation(right)?.taskDefinition,
    findPrimaryOfObservation(left)?.taskDefinition,
  ];
  if (runs === undefined || gets === undefined || rightArn === undefined || leftArn === undefined) return undefined;
  const missing = findMissingReleases(left, right, definitions);
  const images = gets.images
    .map(({ container, image }) => ({
      container,
      from: runs.images.find((one) => one.container === container)?.image,
      to: image,
    }))
    .filter((one) => contentOf(one.from) !== contentOf(one.to));
  const commits = (missing ?? []).flatMap(({ commit }) => (commit === undefined ? [] : [{ ...commit }]));
  const fields = listChangedFields(definitions.get(leftArn), definitions.get(rightArn));
  if (commits.length + images.length + fields.length === 0) return undefined;
  const unknown = `The ledger of ${from} does not show which releases are between ${parseRevisionName(leftArn)} there and ${runs.revision} here.`;
  return { from, commits, images, fields, problem: missing === undefined && images.length > 0 ? unknown : undefined };
}
