import * as z from 'zod';
import { rollout, target } from '../core/model/state-schemas.ts';
import { revisionName } from '../core/parsing/arn.ts';
import { jsonText } from '../core/parsing/validation.ts';
import type { Happening } from './happening.ts';

const warnings = z.array(z.string()).default([]);

/** The data of an execution as far as a watcher reads it, whichever machine it is of and however far it has come. */
const story = z.object({
  release: z.object({ target, warnings }).optional().catch(undefined),
  lease: z.object({ warning: z.string().optional(), holder: z.string().optional() }).optional().catch(undefined),
  decision: z.object({ reason: z.string() }).optional().catch(undefined),
  plan: z
    .object({ before: z.object({ taskDefinition: z.string() }), warnings })
    .optional()
    .catch(undefined),
  revision: z.object({ taskDefinition: z.string(), same: z.boolean() }).optional().catch(undefined),
  rollout: rollout.optional().catch(undefined),
  verdict: z.object({ outcome: z.string(), reason: z.string().optional() }).optional().catch(undefined),
  rollback: z.object({ sentence: z.string() }).optional().catch(undefined),
  standing: z.object({ sentence: z.string().optional() }).optional().catch(undefined),
  report: z.object({ type: z.string(), message: z.string() }).optional().catch(undefined),
});

export type Story = z.output<typeof story>;

/** What the states of an execution have handed on so far, from its JSON; empty where it cannot be read. */
export const storyIn = (data: string | undefined): Story =>
  jsonText
    .pipe(story)
    .catch({})
    .parse(data ?? '{}');

/** Something in the data that is worth a line; without its time. */
export type Note =
  | { type: 'warning' | 'note'; message: string }
  | { type: 'verdict'; outcome: string; message: string };

const note = (message: string | undefined): Note[] => (message === undefined ? [] : [{ type: 'note', message }]);
const warning = (message: string): Note => ({ type: 'warning', message });

function revisionNote({ plan, revision }: Story): Note[] {
  if (revision === undefined) return [];
  const before = plan === undefined ? '' : ` (before: ${revisionName(plan.before.taskDefinition)})`;
  const kind = revision.same ? 'The revision that runs already' : 'The revision to deploy';
  return note(`${kind}: ${revisionName(revision.taskDefinition)}${before}`);
}

function verdictNote({ verdict }: Story): Note[] {
  if (verdict === undefined || verdict.outcome === 'going on') return [];
  return [{ type: 'verdict', outcome: verdict.outcome, message: verdict.reason ?? '' }];
}

/** All that the data has to tell, in the order in which it came about. A later call repeats what an earlier one said. */
export const notesOf = (told: Story): Note[] => [
  ...note(told.decision?.reason),
  ...(told.release?.warnings ?? []).map(warning),
  ...(told.lease?.warning === undefined ? [] : [warning(told.lease.warning)]),
  ...note(told.lease?.holder && `Waiting its turn: ${told.lease.holder} is changing the service.`),
  ...(told.plan?.warnings ?? []).map(warning),
  ...revisionNote(told),
  ...verdictNote(told),
  ...note(told.rollback?.sentence),
  ...note(told.standing?.sentence),
];

/** The line that a note makes at its time. */
export const happeningOf = (found: Note, at: string): Happening => ({ at, ...found });
