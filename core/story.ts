import * as z from 'zod';
import type { Aftermath, Plan, Release, Revision, RollBack, Rollout, Verdict } from './deployment.ts';
import { plan, release, revision, rollout } from './deployment-schema.ts';
import { revisionName } from './finding.ts';
import { aftermath, caught, rollBack, verdict } from './verdict-schema.ts';

/** An execution's data at its end, as far as it got: what the reports are made of. */
export interface Story {
  /** The execution's ARN. */
  execution: string;
  /** Absent where a person started the execution. */
  jobId?: string | undefined;
  release?: Release | undefined;
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
  input: z.object({
    job: part(z.object({ id: z.string() })),
    release: part(release),
    plan: part(plan),
    revision: part(revision),
    rollout: part(rollout),
    verdict: part(verdict),
    rollback: part(rollBack),
    standing: part(aftermath),
    error: part(caught),
  }),
});

/** The story of an execution from a state's event. Throws zod's complaint where the event is not one of a state. */
export function storyOf(event: unknown): Story {
  const { execution, input } = schema.parse(event);
  const { job, rollback, ...rest } = input;
  return { execution, jobId: job?.id, rollBack: rollback, ...rest };
}

/** What people call the service: the target's configured name, else `cluster/service`. */
export const serviceOf = ({ release: asked }: Story): string =>
  asked === undefined ? 'The service' : (asked.target.name ?? `${asked.target.cluster}/${asked.target.service}`);

/** `web:13 with 2 of 2 tasks running`. */
export const onWhat = (standing: { taskDefinition: string; running: number; desired: number }): string =>
  `${revisionName(standing.taskDefinition)} with ${standing.running} of ${standing.desired} tasks running`;
