import * as z from 'zod';
import { type Commit, commitSchema } from '../model/commit.ts';
import { type ExecutionSource, executionSourceSchema } from '../model/execution-source.ts';
import { type HookAnswer, hookAnswerSchema } from '../model/hook-answer.ts';
import type { ContainerImage } from '../model/release.ts';
import { type TaskRun, taskRunSchema } from '../model/release-task.ts';
import { type ScheduleMove, scheduleMoveSchema } from '../model/scheduled-task.ts';
import { expiryAfterRetention } from '../model/table-expiry.ts';
import { partitionKey, type TableKey } from '../model/table-keys.ts';

/** How a deployment ended. A rollback that changes nothing ends with `NothingToDo`, a release that changes nothing with `Unchanged`. */
export const deploymentResults = [
  'Succeeded',
  'Failed',
  'RolledBack',
  'Superseded',
  'Unchanged',
  'NothingToDo',
] as const;

export type DeploymentResult = (typeof deploymentResults)[number];

/** The artifact that listed the images; `sha256` in hexadecimal digits, `revision` as the pipeline names it. */
interface LedgerArtifact {
  bucket: string;
  key: string;
  versionId?: string | undefined;
  sha256?: string | undefined;
  revision?: string | undefined;
}

/** One deployment in the ledger. Times are ISO 8601, UTC; `end` and `result` are absent while the deployment runs. */
export interface LedgerEntry {
  version: '1';
  /** `rollback` for an execution of the rollback machine, and for a job with which CodePipeline rolls back a stage. */
  kind: 'deploy' | 'rollback';
  /** The execution's ARN. */
  execution: string;
  service: { account: string; region: string; cluster: string; name: string };
  /** The service's configured name, if it has one: `test/web`. */
  target?: string | undefined;
  source: ExecutionSource;
  artifact?: LedgerArtifact | undefined;
  commit?: Commit | undefined;
  images: ContainerImage[];
  /**
   * The revision that the service ran, and the revision that the deployment requested. Without a requested revision, Gantry did not change the
   * service.
   */
  before?: string | undefined;
  /** When the deployment of `before` began that the execution found. */
  beforeSince?: string | undefined;
  /** When the deployment of `before` began, if it was PRIMARY and COMPLETED and its tasks ran. */
  beforeWorkedSince?: string | undefined;
  after?: string | undefined;
  start: string;
  end?: string | undefined;
  result?: DeploymentResult | undefined;
  reason?: string | undefined;
  /** The revision that the deployment copies, or deploys unchanged. */
  base?: string | undefined;
  /** Present if Gantry's verdict was that the revision is bad. */
  verdict?: 'failed' | undefined;
  /** The desired count of the service when the deployment ended. If the count was 0, the deployment's success does not prove that the revision works. */
  tasks?: number | undefined;
  /** The release asked not to be rolled back. */
  rollBackOnFailure?: false | undefined;
  /** The scheduled tasks that were moved, and the revisions that they ran before. */
  schedules?: ScheduleMove[] | undefined;
  /** Why scheduled tasks were not moved. */
  scheduleWarnings?: string[] | undefined;
  /** The pre- and post-deploy tasks that the deployment ran, and the pre-deploy tasks that a person skipped. */
  taskRuns?: TaskRun[] | undefined;
  skippedTasks?: string[] | undefined;
  /** The answers that people gave with Gantry at pause hooks of the deployment. */
  answers?: HookAnswer[] | undefined;
  /** The final state of the service if the rollback continued after the result, and the time of that state (ISO 8601, UTC). */
  rollback?: { end: string; rolledBack: boolean; sentence: string } | undefined;
}

/**
 * Whether an execution of the machine deploy wrote the entry. A rollback whose source is a pipeline comes from this machine: it is the rollback of a stage,
 * which Gantry carries out as a release.
 */
export const isFromDeployMachine = ({ kind, source }: LedgerEntry): boolean =>
  kind === 'deploy' || source.type === 'pipeline';

/** An entry as the table returns it; other attributes are ignored. */
export const ledgerEntrySchema: z.ZodType<LedgerEntry> = z.object({
  version: z.literal('1'),
  kind: z.enum(['deploy', 'rollback']),
  execution: z.string(),
  service: z.object({ account: z.string(), region: z.string(), cluster: z.string(), name: z.string() }),
  target: z.string().optional(),
  source: executionSourceSchema,
  artifact: z
    .object({
      bucket: z.string(),
      key: z.string(),
      versionId: z.string().optional(),
      sha256: z.string().optional(),
      revision: z.string().optional(),
    })
    .optional(),
  commit: commitSchema.optional(),
  images: z.array(z.object({ name: z.string(), imageUri: z.string(), pinned: z.string() })),
  before: z.string().optional(),
  beforeSince: z.iso.datetime({ offset: true }).optional().catch(undefined),
  beforeWorkedSince: z.iso.datetime({ offset: true }).optional().catch(undefined),
  after: z.string().optional(),
  start: z.iso.datetime({ offset: true }),
  end: z.iso.datetime({ offset: true }).optional(),
  result: z.enum(deploymentResults).optional(),
  reason: z.string().optional(),
  base: z.string().optional().catch(undefined),
  verdict: z.literal('failed').optional().catch(undefined),
  tasks: z.number().optional().catch(undefined),
  rollBackOnFailure: z.literal(false).optional().catch(undefined),
  schedules: z.array(scheduleMoveSchema).optional().catch(undefined),
  scheduleWarnings: z.array(z.string()).optional().catch(undefined),
  taskRuns: z.array(taskRunSchema).optional().catch(undefined),
  skippedTasks: z.array(z.string()).optional().catch(undefined),
  answers: z.array(hookAnswerSchema).optional().catch(undefined),
  rollback: z
    .object({ end: z.iso.datetime({ offset: true }), rolledBack: z.boolean(), sentence: z.string() })
    .optional()
    .catch(undefined),
});
/** Returns the first part of every entry's sort key; a start time, ISO 8601, can follow. */
export const ledgerSortKey = (start = ''): string => `deployment#${start}`;

export const ledgerEntryKey = ({ service, start, execution }: LedgerEntry): TableKey => ({
  pk: partitionKey(service),
  sk: `${ledgerSortKey(start)}#${execution.split(':').at(-1)}`,
});

/** Returns the attribute by which DynamoDB deletes an entry. The lease has no such attribute, because its fence must never restart. */
export const ledgerEntryExpiry = ({ start }: LedgerEntry): { expires: number } => expiryAfterRetention(start);

/** Returns the completed entry. The fields that were written at the start do not change. */
export const completeLedgerEntry = (
  begun: LedgerEntry,
  end: { at: Date; result: DeploymentResult; reason: string },
): LedgerEntry => ({
  ...begun,
  end: end.at.toISOString(),
  result: end.result,
  reason: end.reason,
});
