import * as z from 'zod';
import { rolloutSchema, targetSchema } from '../core/model/state-schemas.ts';
import { revisionName } from '../core/parsing/arn.ts';
import { jsonTextSchema } from '../core/parsing/validation.ts';
import type { WatchEvent } from './watch-event.ts';

const warningsSchema = z.array(z.string()).default([]);

/** The data of an execution as far as a watcher reads it, whichever machine it is of and however far it has come. */
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
  standing: z.object({ sentence: z.string().optional() }).optional().catch(undefined),
  report: z.object({ type: z.string(), message: z.string() }).optional().catch(undefined),
});

export type WatchedData = z.output<typeof watchedDataSchema>;

/** What the states of an execution have handed on so far, from its JSON; empty where it cannot be read. */
export const parseWatchedData = (data: string | undefined): WatchedData =>
  jsonTextSchema
    .pipe(watchedDataSchema)
    .catch({})
    .parse(data ?? '{}');

/** Something in the data that is worth a line; without its time. */
export type Note =
  | { type: 'warning' | 'note'; message: string }
  | { type: 'verdict'; outcome: string; message: string };

const createNote = (message: string | undefined): Note[] => (message === undefined ? [] : [{ type: 'note', message }]);
const createWarning = (message: string): Note => ({ type: 'warning', message });

function revisionNote({ plan, revision }: WatchedData): Note[] {
  if (revision === undefined) return [];
  const before = plan === undefined ? '' : ` (before: ${revisionName(plan.before.taskDefinition)})`;
  const kind = revision.same ? 'The revision that runs already' : 'The revision to deploy';
  return createNote(`${kind}: ${revisionName(revision.taskDefinition)}${before}`);
}

function verdictNote({ verdict }: WatchedData): Note[] {
  if (verdict === undefined || verdict.outcome === 'going on') return [];
  return [{ type: 'verdict', outcome: verdict.outcome, message: verdict.reason ?? '' }];
}

/** All that the data has to tell, in the order in which it came about. A later call repeats what an earlier one said. */
export const listNotes = (told: WatchedData): Note[] => [
  ...createNote(told.decision?.reason),
  ...(told.release?.warnings ?? []).map(createWarning),
  ...(told.lease?.warning === undefined ? [] : [createWarning(told.lease.warning)]),
  ...createNote(told.lease?.holder && `Waiting its turn: ${told.lease.holder} is changing the service.`),
  ...(told.plan?.warnings ?? []).map(createWarning),
  ...revisionNote(told),
  ...(told.revision?.warnings ?? []).map(createWarning),
  ...verdictNote(told),
  ...createNote(told.rollback?.sentence),
  ...createNote(told.standing?.sentence),
];

/** The line that a note makes at its time. */
export const toWatchEvent = (found: Note, at: string): WatchEvent => ({ at, ...found });
