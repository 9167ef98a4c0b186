import * as z from 'zod';
import { isRollbackExecution } from '../config/resource-names.ts';
import { type ExecutionSource, parseExecutionSource } from '../model/execution-source.ts';
import type { Release } from '../model/release.ts';
import { type RollbackDecision, type UntouchedService, untouchedServiceSchema } from '../model/rollback-decision.ts';
import { type ScheduleMoves, scheduleMovesSchema } from '../model/scheduled-task.ts';
import { type PipelineFacts, type StartRecord, startRecordSchema } from '../model/start-record.ts';
import type {
  LeaseState,
  RegisteredRevision,
  ReleasePlan,
  RollbackActionResult,
  RollbackCheck,
  Rollout,
  Verdict,
} from '../model/state-data.ts';
import { leaseStateSchema, planSchema, releaseSchema, revisionSchema, rolloutSchema } from '../model/state-schemas.ts';
import { type TaskProgress, taskProgressSchema } from '../model/task-progress.ts';
import {
  caughtErrorSchema,
  rollbackActionResultSchema,
  rollbackCheckSchema,
  verdictSchema,
} from '../model/verdict-schemas.ts';
import { awsTimeSchema } from '../parsing/time.ts';

/** The data of an execution at its end. Fields of states that did not run are absent. The reports are made from this data. */
export interface ExecutionData {
  /** The execution's ARN. */
  execution: string;
  /** Absent if a person started the execution. */
  jobId?: string | undefined;
  kind: 'deploy' | 'rollback';
  source: ExecutionSource;
  /** When the execution began, if the state's event says so. */
  started?: string | undefined;
  /** The pipeline's name for the version of the artifact. */
  artifact?: { revision?: string | undefined } | undefined;
  /** For a rollback: the decision, and its reason. */
  decision?: { do: RollbackDecision['do']; reason: string; service?: UntouchedService | undefined } | undefined;
  release?: Release | undefined;
  lease?: LeaseState | undefined;
  record?: StartRecord | undefined;
  /** CodePipeline's facts at the end of the execution, if CodePipeline did not answer at the start. */
  pipelineFacts?: PipelineFacts | undefined;
  plan?: ReleasePlan | undefined;
  revision?: RegisteredRevision | undefined;
  tasks?: TaskProgress | undefined;
  rollout?: Rollout | undefined;
  verdict?: Verdict | undefined;
  rollBack?: RollbackActionResult | undefined;
  schedules?: ScheduleMoves | undefined;
  rollbackOutcome?: RollbackCheck | undefined;
  error?: { Error: string; Cause: string } | undefined;
  /** The last error of the checks that AWS did not answer. */
  unanswered?: { Error: string; Cause: string } | undefined;
  /** The result, if it was already reported. */
  report?: { message: string; stageRollback?: boolean | undefined } | undefined;
}

/** Leaves out a part that cannot be parsed, because an incomplete report is better than no report. */
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
    decision: optionalPart(
      z.object({
        do: z.enum(['nothing', 'stop', 'revision']),
        reason: z.string(),
        service: optionalPart(untouchedServiceSchema),
      }),
    ),
    release: optionalPart(releaseSchema),
    lease: optionalPart(leaseStateSchema),
    record: optionalPart(startRecordSchema),
    plan: optionalPart(planSchema),
    revision: optionalPart(revisionSchema),
    tasks: optionalPart(taskProgressSchema),
    rollout: optionalPart(rolloutSchema),
    verdict: optionalPart(verdictSchema),
    rollback: optionalPart(rollbackActionResultSchema),
    schedules: optionalPart(scheduleMovesSchema),
    rollbackOutcome: optionalPart(rollbackCheckSchema),
    error: optionalPart(caughtErrorSchema),
    unanswered: optionalPart(caughtErrorSchema),
    report: optionalPart(z.object({ message: z.string(), stageRollback: z.boolean().optional() })),
    /** Present if Gantry has reported to the job that the deployment waits for a person. The job needs no other result. */
    pause: z.unknown().optional(),
  }),
});

type JobArtifact = z.infer<typeof jobArtifactSchema>;

/** Returns an execution's data from a state's event. Throws a ZodError if the event is not one of a state. */
export function parseExecutionData(event: unknown): ExecutionData {
  const { execution, started, input } = executionDataSchema.parse(event);
  const { job, rollback, pause, ...rest } = input;
  const given = z.object({ input: z.looseObject({}) }).parse(event).input;
  return {
    execution,
    started,
    kind: 'decision' in given || isRollbackExecution(execution) ? 'rollback' : 'deploy',
    source: parseExecutionSource(given),
    jobId: pause === undefined ? job?.id : undefined,
    artifact: job && findArtifact(job, rest.release),
    rollBack: rollback,
    ...rest,
  };
}

/** Returns the job's artifact that the images were read from. */
function findArtifact(
  { artifact, otherArtifacts }: { artifact?: JobArtifact | undefined; otherArtifacts: JobArtifact[] },
  release: Release | undefined,
): JobArtifact | undefined {
  const isRead = ({ bucket, key }: JobArtifact): boolean =>
    bucket === release?.artifact?.bucket && key === release?.artifact?.key;
  return otherArtifacts.find(isRead) ?? artifact;
}

/** Whether a newer deployment took over from a rollback of the machine rollback, or began before it. */
export const isRollbackSuperseded = ({ decision, rollbackOutcome }: ExecutionData): boolean =>
  decision !== undefined && rollbackOutcome?.outcome === 'settled' && rollbackOutcome.supersededBy !== undefined;

/** Returns the service's name in messages: the target's configured name, else `cluster/service`. */
export const formatServiceName = ({ release }: ExecutionData): string =>
  release === undefined
    ? 'The service'
    : (release.target.name ?? `${release.target.cluster}/${release.target.service}`);
