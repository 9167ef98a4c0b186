import { parseRevisionName } from '../core/parsing/arn.ts';
import { formatLeaseHolder } from '../core/service/lease.ts';
import { type BakeNote, listBakeNotes } from './bake-note.ts';
import type { WatchEvent } from './watch-event.ts';
import type { WatchedData } from './watched-data.ts';

/** A fact in the state data that a watcher prints, without its time. */
export type Note =
  | { type: 'warning' | 'note'; message: string }
  | { type: 'verdict'; outcome: string; message: string }
  | BakeNote;

const createNote = (message: string | undefined): Note[] => (message === undefined ? [] : [{ type: 'note', message }]);
const createWarning = (message: string): Note => ({ type: 'warning', message });

function revisionNote({ plan, revision }: WatchedData): Note[] {
  if (revision === undefined) return [];
  const before = plan === undefined ? '' : ` (before: ${parseRevisionName(plan.before.taskDefinition)})`;
  const kind = revision.same ? 'The revision that already runs' : 'The revision to deploy';
  return createNote(`${kind}: ${parseRevisionName(revision.taskDefinition)}${before}`);
}

function verdictNote({ verdict }: WatchedData): Note[] {
  if (verdict === undefined || verdict.outcome === 'going on') return [];
  return [{ type: 'verdict', outcome: verdict.outcome, message: verdict.reason ?? '' }];
}

/** Lists everything in the state data that is worth a line, in the order in which the states added it. Later state data contains the same notes again. */
export const listNotes = (data: WatchedData): Note[] => [
  ...createNote(data.decision?.reason),
  ...(data.release?.warnings ?? []).map(createWarning),
  ...(data.lease?.warning === undefined ? [] : [createWarning(data.lease.warning)]),
  ...createNote(data.lease?.holder && `Waiting for the lease: ${formatLeaseHolder(data.lease.holder)}.`),
  ...(data.plan?.warnings ?? []).map(createWarning),
  ...revisionNote(data),
  ...(data.revision?.warnings ?? []).map(createWarning),
  ...listBakeNotes(data),
  ...verdictNote(data),
  ...createNote(data.rollback?.sentence),
  ...createNote(data.rollbackOutcome?.sentence),
];

/** Adds a note's time. */
export const toWatchEvent = (note: Note, at: string): WatchEvent => ({ at, ...note });
