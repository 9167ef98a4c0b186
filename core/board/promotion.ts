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

/** What a release brought: its commit, and the digests of its images as a text. */
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
 * Returns the releases of the left column that the right one has not got, newest first: those that succeeded on the left after the one that the right runs,
 * up to the one that the left runs now. Each commit counts once. Undefined if the ledger of the left does not contain what one of them runs.
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

/** Returns how far the right column is behind; undefined if it is not, or if that is not known. */
export function countMissingReleases(column: string, missing: LedgerEntry[] | undefined): Cell['behind'] {
  if (missing === undefined || missing.length === 0) return undefined;
  const unit = missing.every(({ commit }) => commit !== undefined) ? 'commits' : 'releases';
  return { column, count: missing.length, unit };
}

/** Two accounts have roles, log groups and Regions of their own, which a promotion does not bring. */
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

/** Returns what a promotion would bring from the left column to the right one; undefined if that is nothing, or if one of them is not known. */
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
