import * as z from 'zod';
import { type Commit, commitSchema } from '../model/commit.ts';
import { type ExecutionSource, executionSourceSchema } from '../model/execution-source.ts';
import type { ContainerImage } from '../model/release.ts';
import { partitionKey, type TableKey } from '../model/table-keys.ts';

/** How a deployment ended. `NothingToDo` is a rollback's `Unchanged`. */
export const deploymentResults = [
  'Succeeded',
  'Failed',
  'RolledBack',
  'Superseded',
  'Unchanged',
  'NothingToDo',
] as const;

export type DeploymentResult = (typeof deploymentResults)[number];

/** One deployment in the ledger. Times are ISO 8601, UTC; `end` and `result` are absent while the deployment runs. */
export interface LedgerEntry {
  version: '1';
  kind: 'deploy' | 'rollback';
  /** The execution's ARN. */
  execution: string;
  service: { account: string; region: string; cluster: string; name: string };
  /** The service's configured name, if it has one: `test/web`. */
  target?: string | undefined;
  source: ExecutionSource;
  artifact?: { bucket: string; key: string; versionId?: string | undefined; revision?: string | undefined } | undefined;
  commit?: Commit | undefined;
  images: ContainerImage[];
  /** The revision that the service ran, and the one that the deployment requested; without the latter the service was not touched. */
  before?: string | undefined;
  after?: string | undefined;
  start: string;
  end?: string | undefined;
  result?: DeploymentResult | undefined;
  reason?: string | undefined;
  /** The revision that the deployment builds on, or deploys as it is. */
  base?: string | undefined;
  /** Present if Gantry's verdict condemned the revision. */
  verdict?: 'failed' | undefined;
  /** How many tasks the service wanted when the deployment ended: with none, its success proves nothing. */
  tasks?: number | undefined;
  /** The release asked not to be rolled back. */
  rollBackOnFailure?: false | undefined;
  /** Where a rollback that continued after the result left the service, and when (ISO 8601, UTC). */
  rollback?: { end: string; rolledBack: boolean; sentence: string } | undefined;
}

/** An entry as the table returns it; other attributes are ignored. */
export const ledgerEntrySchema: z.ZodType<LedgerEntry> = z.object({
  version: z.literal('1'),
  kind: z.enum(['deploy', 'rollback']),
  execution: z.string(),
  service: z.object({ account: z.string(), region: z.string(), cluster: z.string(), name: z.string() }),
  target: z.string().optional(),
  source: executionSourceSchema,
  artifact: z
    .object({ bucket: z.string(), key: z.string(), versionId: z.string().optional(), revision: z.string().optional() })
    .optional(),
  commit: commitSchema.optional(),
  images: z.array(z.object({ name: z.string(), imageUri: z.string(), pinned: z.string() })),
  before: z.string().optional(),
  after: z.string().optional(),
  start: z.iso.datetime({ offset: true }),
  end: z.iso.datetime({ offset: true }).optional(),
  result: z.enum(deploymentResults).optional(),
  reason: z.string().optional(),
  base: z.string().optional().catch(undefined),
  verdict: z.literal('failed').optional().catch(undefined),
  tasks: z.number().optional().catch(undefined),
  rollBackOnFailure: z.literal(false).optional().catch(undefined),
  rollback: z
    .object({ end: z.iso.datetime({ offset: true }), rolledBack: z.boolean(), sentence: z.string() })
    .optional()
    .catch(undefined),
});
/** The first part of every entry's sort key; a start time, ISO 8601, can follow. */
export const ledgerSortKey = (start = ''): string => `deployment#${start}`;

export const ledgerEntryKey = ({ service, start, execution }: LedgerEntry): TableKey => ({
  pk: partitionKey(service),
  sk: `${ledgerSortKey(start)}#${execution.split(':').at(-1)}`,
});

/** Entries are kept for a year and a month, so that a review of the past year can be a few weeks late. */
export const ledgerRetentionDays = 400;

/** The attribute by which DynamoDB deletes an entry (its TTL): a time in seconds since 1970. The lease has no TTL, since its fence must never restart. */
export const ledgerEntryExpiry = ({ start }: LedgerEntry): { expires: number } => ({
  expires: Math.floor(Date.parse(start) / 1000) + ledgerRetentionDays * 24 * 3600,
});

/** The entry, completed. The fields that were written at the start stay as they are. */
export const completeLedgerEntry = (
  begun: LedgerEntry,
  end: { at: Date; result: DeploymentResult; reason: string },
): LedgerEntry => ({
  ...begun,
  end: end.at.toISOString(),
  result: end.result,
  reason: end.reason,
});
