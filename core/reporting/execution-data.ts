import * as z from 'zod';
import { type Recorded, record } from '../model/recorded.ts';
import type { Release } from '../model/release.ts';
import { type Source, sourceOf } from '../model/source.ts';
import { leasing, plan, release, revision, rollout } from '../model/state-schemas.ts';
import type {
  Aftermath,
  Leasing,
  Plan,
  Revision,
  RollBack,
  RollbackDecision,
  Rollout,
  Verdict,
} from '../model/states.ts';
import { aftermath, caught, rollBack, verdict } from '../model/verdict-schemas.ts';
import { revisionName } from '../parsing/arn.ts';

/** An execution's data at its end, as far as it got: what the reports are made of. */
export interface Story {
  /** The execution's ARN. */
  execution: string;
  /** Absent where a person started the execution. */
  jobId?: string | undefined;
  kind: 'deploy' | 'rollback';
  source: Source;
  /** When the execution began, where the state is told. */
  started?: string | undefined;
  /** What the pipeline calls the version of the artifact. */
  artifact?: { revision?: string | undefined } | undefined;
  /** Of a way back: what was decided, and why. */
  decision?: { do: RollbackDecision['do']; reason: string } | undefined;
  release?: Release | undefined;
  lease?: Leasing | undefined;
  record?: Recorded | undefined;
  plan?: Plan | undefined;
  revision?: Revision | undefined;
  rollout?: Rollout | undefined;
  verdict?: Verdict | undefined;
  rollBack?: RollBack | undefined;
  standing?: Aftermath | undefined;
  error?: { Error: string; Cause: string } | undefined;
}

/** A part that cannot be read is left out: a report with a gap is better than none. */
const part = <T>(schema: z.ZodType<T>): z.ZodType<T | undefined> => schema.optional().catch(undefined);

const schema = z.object({
  execution: z.string(),
  started: part(z.iso.datetime()),
  input: z.object({
    job: part(z.object({ id: z.string(), artifact: part(z.object({ revision: z.string().optional() })) })),
    decision: part(z.object({ do: z.enum(['nothing', 'stop', 'revision']), reason: z.string() })),
    release: part(release),
    lease: part(leasing),
    record: part(record),
    plan: part(plan),
    revision: part(revision),
    rollout: part(rollout),
    verdict: part(verdict),
    rollback: part(rollBack),
    standing: part(aftermath),
    error: part(caught),
  }),
});

/** By the name of its machine (core/config/resource-names.ts): one that broke before it came to a decision has none to be known by. */
const isWayBack = (execution: string): boolean => /-rollback:[^:]+$/.test(execution);

/** The story of an execution from a state's event. Throws zod's complaint where the event is not one of a state. */
export function storyOf(event: unknown): Story {
  const { execution, started, input } = schema.parse(event);
  const { job, rollback, ...rest } = input;
  const given = z.object({ input: z.looseObject({}) }).parse(event).input;
  return {
    execution,
    started,
    kind: 'decision' in given || isWayBack(execution) ? 'rollback' : 'deploy',
    source: sourceOf(given),
    jobId: job?.id,
    artifact: job?.artifact,
    rollBack: rollback,
    ...rest,
  };
}

/** What people call the service: the target's configured name, else `cluster/service`. */
export const serviceOf = ({ release: asked }: Story): string =>
  asked === undefined ? 'The service' : (asked.target.name ?? `${asked.target.cluster}/${asked.target.service}`);

/** `web:13 with 2 of 2 tasks running`. */
export const onWhat = (standing: { taskDefinition: string; running: number; desired: number }): string =>
  `${revisionName(standing.taskDefinition)} with ${standing.running} of ${standing.desired} tasks running`;
