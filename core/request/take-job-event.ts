import * as z from 'zod';
import { parseWithSchema } from '../parsing/validation.ts';
import { offeredJobSchema, toPipelineJob, type UnconfirmedJob } from './job.ts';

/** The input of `take-job`: a job, or a trigger that says only that jobs may exist. */
export type TakeJobEvent = { poll: true } | { poll: false; job: UnconfirmedJob };

/**
 * The two events that trigger a poll. Neither event names a job (botocore codepipeline; user guide, detect-state-changes). Their other fields vary
 * in type and are not read.
 */
const pollTriggerSchema = z.object({
  'detail-type': z.enum(['CodePipeline Action Execution State Change', 'Scheduled Event']),
});
/** The id of a job (botocore codepipeline, `JobId`). */
const jobIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const invocationEventSchema = z.object({
  'CodePipeline.job': z.object({
    id: z.string('must be the id of a job').regex(jobIdPattern, 'must be the id of a job'),
  }),
});

/**
 * Parses an event of `take-job`. Throws a ConfigurationError for an event of any other kind. For a job with invalid data, returns only the id, because an
 * error here would leave the action without a result. CodePipeline reports the data again (core/request/confirm-job.ts).
 */
export function parseTakeJobEvent(event: unknown): TakeJobEvent {
  if (pollTriggerSchema.safeParse(event).success) return { poll: true };
  const hint =
    'take-job is woken by a STARTED event of CodePipeline, by its schedule (detail-type "Scheduled Event"), or invoked by CodePipeline with {"CodePipeline.job": …}.';
  const { id } = parseWithSchema(invocationEventSchema, event, { what: 'The event', hint })['CodePipeline.job'];
  const { data } = z.object({ 'CodePipeline.job': offeredJobSchema }).safeParse(event);
  if (data === undefined) return { poll: false, job: { id } };
  // Such a job has no nonce, and its execution is named after its id (core/request/confirm-job.ts), regardless of the event's other fields.
  return {
    poll: false,
    job: { ...toPipelineJob(data['CodePipeline.job']), nonce: undefined, actionExecutionId: undefined },
  };
}
