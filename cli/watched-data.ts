import * as z from 'zod';
import { rolloutSchema, targetSchema } from '../core/model/state-schemas.ts';
import { parseRevisionName } from '../core/parsing/arn.ts';
import { jsonTextSchema } from '../core/parsing/validation.ts';
import { formatLeaseHolder } from '../core/service/lease.ts';
import type { WatchEvent } from './watch-event.ts';

const warningsSchema = z.array(z.string()).default([]);

/** The part of an execution's state data that a watcher reads. It fits both state machines and every state. */
const watchedDataSchema = z.object({
  release: z.object({ target: targetSchema, warnings: warningsSchema }).optional().catch(undefined),
  lease: z.object({ warning: z.string().optional(), holder: z.string().optional() }).optional().catch(undefined),
  decision: z.object({ reason: z.string() }).optional().catch(undefined),
  plan: z
    .object({ before: z.object({ taskDefinition: z.string() }), warnings: warningsSchema })
    .optional()
    .catch(undefined),
  revision: z
    .object({ taskDefinition: z.string(), same: z.boolean(), warnings: warningsSchema })
    .optional()
    .catch(undefined),
  rollout: rolloutSchema.optional().catch(undefined),
  verdict: z.object({ outcome: z.string(), reason: z.string().optional() }).optional().catch(undefined),
  rollback: z.object({ sentence: z.string() }).optional().catch(undefined),
  rollbackOutcome: z.object({ sentence: z.string().optional() }).optional().catch(undefined),
  report: z.object({ type: z.string(), message: z.string() }).optional().catch(undefined),
});

export type WatchedData = z.output<typeof watchedDataSchema>;

/** Parses the state data of an execution from JSON text; empty if the text is not valid. */
export const parseWatchedData = (data: string | undefined): WatchedData =>
  jsonTextSchema
    .pipe(watchedDataSchema)
    .catch({})
    .parse(data ?? '{}');

/** A fact in the state data that a watcher prints, without its time. */
export type Note =
  | { type: 'warning' | 'note'; message: string }
  | { type: 'verdict'; outcome: string; message: string };

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
  ...verdictNote(data),
  ...createNote(data.rollback?.sentence),
  ...createNote(data.rollbackOutcome?.sentence),
];

/** Adds a note's time. */
export const toWatchEvent = (note: Note, at: string): WatchEvent => ({ at, ...note });
