import * as z from 'zod';
import { type ExecutionSource, parseExecutionSource } from '../model/execution-source.ts';
import type { Release } from '../model/release.ts';
import { type StartRecord, startRecordSchema } from '../model/start-record.ts';
import type {
  LeaseState,
  RegisteredRevision,
  ReleasePlan,
  RollbackDecision,
  RollbackOutcome,
  RollbackResult,
  Rollout,
  Verdict,
} from '../model/state-data.ts';
import { leaseStateSchema, planSchema, releaseSchema, revisionSchema, rolloutSchema } from '../model/state-schemas.ts';
import {
  caughtErrorSchema,
  rollbackOutcomeSchema,
  rollbackResultSchema,
  verdictSchema,
} from '../model/verdict-schemas.ts';
import { awsTimeSchema } from '../parsing/time.ts';

/** An execution's data at its end, as far as it got: what the reports are made of. */
export interface ExecutionData {
  /** The execution's ARN. */
  execution: string;
  /** Absent where a person started the execution. */
  jobId?: string | undefined;
  kind: 'deploy' | 'rollback';
  source: ExecutionSource;
  /** When the execution began, where the state is told. */
  started?: string | undefined;
  /** What the pipeline calls the version of the artifact. */
  artifact?: { revision?: string | undefined } | undefined;
  /** Of a way back: what was decided, and why. */
  decision?: { do: RollbackDecision['do']; reason: string } | undefined;
  release?: Release | undefined;
  lease?: LeaseState | undefined;
  record?: StartRecord | undefined;
  plan?: ReleasePlan | undefined;
  revision?: RegisteredRevision | undefined;
  rollout?: Rollout | undefined;
  verdict?: Verdict | undefined;
  rollBack?: RollbackResult | undefined;
  standing?: RollbackOutcome | undefined;
  error?: { Error: string; Cause: string } | undefined;
  /** What was reported, once it was. */
  report?: { message: string } | undefined;
}

/** A part that cannot be read is left out: a report with a gap is better than none. */
const optionalPart = <T>(schema: z.ZodType<T>): z.ZodType<T | undefined> => schema.optional().catch(undefined);

const jobArtifactSchema = z.object({
  revision: z.string().optional(),
  bucket: z.string().optional(),
  key: z.string().optional(),
});

const executionDataSchema = z.object({
  execution: z.string(),
  started: optionalPart(awsTimeSchema),
  input: z.object({
    job: optionalPart(
      z.object({
        id: z.string(),
        artifact: optionalPart(jobArtifactSchema),
        otherArtifacts: z.array(jobArtifactSchema).catch([]),
      }),
    ),
    decision: optionalPart(z.object({ do: z.enum(['nothing', 'stop', 'revision']), reason: z.string() })),
    release: optionalPart(releaseSchema),
    lease: optionalPart(leaseStateSchema),
    record: optionalPart(startRecordSchema),
    plan: optionalPart(planSchema),
    revision: optionalPart(revisionSchema),
    rollout: optionalPart(rolloutSchema),
    verdict: optionalPart(verdictSchema),
    rollback: optionalPart(rollbackResultSchema),
    standing: optionalPart(rollbackOutcomeSchema),
    error: optionalPart(caughtErrorSchema),
    report: optionalPart(z.object({ message: z.string() })),
  }),
});

type JobArtifact = z.infer<typeof jobArtifactSchema>;

/** By the name of its machine (core/config/resource-names.ts): one that broke before it came to a decision has none to be known by. */
const isRollbackExecution = (execution: string): boolean => /-rollback:[^:]+$/.test(execution);

/** The story of an execution from a state's event. Throws zod's complaint where the event is not one of a state. */
export function parseExecutionData(event: unknown): ExecutionData {
  const { execution, started, input } = executionDataSchema.parse(event);
  const { job, rollback, ...rest } = input;
  const given = z.object({ input: z.looseObject({}) }).parse(event).input;
  return {
    execution,
    started,
    kind: 'decision' in given || isRollbackExecution(execution) ? 'rollback' : 'deploy',
    source: parseExecutionSource(given),
    jobId: job?.id,
    artifact: job && findArtifact(job, rest.release),
    rollBack: rollback,
    ...rest,
  };
}

/** The job's artifact that the images were read from. */
function findArtifact(
  { artifact, otherArtifacts }: { artifact?: JobArtifact | undefined; otherArtifacts: JobArtifact[] },
  release: Release | undefined,
): JobArtifact | undefined {
  const isRead = ({ bucket, key }: JobArtifact): boolean =>
    bucket === release?.artifact?.bucket && key === release?.artifact?.key;
  return otherArtifacts.find(isRead) ?? artifact;
}

/** What people call the service: the target's configured name, else `cluster/service`. */
export const formatServiceName = ({ release: asked }: ExecutionData): string =>
  asked === undefined ? 'The service' : (asked.target.name ?? `${asked.target.cluster}/${asked.target.service}`);
