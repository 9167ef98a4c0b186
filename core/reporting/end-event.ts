import * as z from 'zod';
import { parseWithSchema } from '../parsing/validation.ts';
import { eventSource } from './deployment-event.ts';
import { type LedgerEntry, ledgerEntrySchema } from './ledger.ts';

const endEventSchema = z.object({ source: z.literal(eventSource), detail: ledgerEntrySchema });

/** Takes one of Gantry's own events about a deployment that ended, and returns the ledger entry in it. Throws an InvalidRequest for anything else. */
export const parseEndEvent = (event: unknown): LedgerEntry =>
  parseWithSchema(endEventSchema, event, { what: 'The event for announce-end' }).detail;
