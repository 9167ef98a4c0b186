import * as z from 'zod';
import { jsonText, parse } from '../parsing/validation.ts';

/** One job of the pipeline, whichever way it came. Holds no credentials and no time: it becomes the input of an execution, which has to be the same each time. */
export interface Job {
  id: string;
  /** Absent where CodePipeline invoked us by Lambda: such a job needs no acknowledgement. */
  nonce?: string | undefined;
  actionExecutionId?: string | undefined;
  pipeline?:
    | {
        name?: string | undefined;
        executionId?: string | undefined;
        stage?: string | undefined;
        action?: string | undefined;
      }
    | undefined;
  configuration: Record<string, string>;
  artifact?: { name: string; revision?: string | undefined; bucket: string; key: string } | undefined;
  encryptionKey?: string | undefined;
}

/** What woke `take-job`: something that says "there may be jobs", or a job itself. */
export type Wake = { poll: true } | { poll: false; job: Job };

const words = z.record(z.string(), z.string());
const name = z.object({ name: z.string().optional() }).optional();

/** JobData of CodePipeline's API, in both of its spellings: the API's and, for an invoked function, the event's (action-reference-Lambda.md). */
const data = z.object({
  actionConfiguration: z.object({ configuration: words.default({}) }).default({ configuration: {} }),
  pipelineContext: z
    .object({
      pipelineName: z.string().optional(),
      pipelineExecutionId: z.string().optional(),
      stage: name,
      action: z.object({ name: z.string().optional(), actionExecutionId: z.string().optional() }).optional(),
    })
    .optional(),
  inputArtifacts: z
    .array(
      z.object({
        name: z.string(),
        revision: z.string().nullish(),
        location: z.object({ s3Location: z.object({ bucketName: z.string(), objectKey: z.string() }) }),
      }),
    )
    .default([]),
  encryptionKey: z.object({ id: z.string() }).nullish(),
});

const offer = z.object(
  { id: z.string(), nonce: z.string().optional(), data },
  'must be a job of CodePipeline, {"id", "data"}',
);

/** Only these two wake us to poll; neither names a job (botocore codepipeline; user guide, detect-state-changes). Their other fields wobble in type and are not read. */
const wakeUp = z.object({
  'detail-type': z.enum(['CodePipeline Action Execution State Change', 'Scheduled Event']),
});
const invocation = z.object({ 'CodePipeline.job': offer });

const contextOf = (context: z.infer<typeof data>['pipelineContext']): Job['pipeline'] =>
  context && {
    name: context.pipelineName,
    executionId: context.pipelineExecutionId,
    stage: context.stage?.name,
    action: context.action?.name,
  };

/** A Lambda invoke action has one property for us, so its JSON holds ours. What cannot be read stays as it is, for Read Images to complain about within the machine, where the pipeline hears of it. */
const propertiesOf = (configuration: Record<string, string>): Record<string, string> => {
  const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
  return jsonText.pipe(z.record(z.string(), scalar)).catch(configuration).parse(configuration.UserParameters);
};

/** The first input artifact: the custom action admits no second. */
const jobOf = ({ id, nonce, data: given }: z.infer<typeof offer>): Job => {
  const [artifact] = given.inputArtifacts;
  return {
    id,
    nonce,
    actionExecutionId: given.pipelineContext?.action?.actionExecutionId,
    pipeline: contextOf(given.pipelineContext),
    configuration: propertiesOf(given.actionConfiguration.configuration),
    artifact: artifact && {
      name: artifact.name,
      revision: artifact.revision ?? undefined,
      bucket: artifact.location.s3Location.bucketName,
      key: artifact.location.s3Location.objectKey,
    },
    encryptionKey: given.encryptionKey?.id,
  };
};

/** A job as PollForJobs offers it. Throws a ConfigurationError where it is not one. */
export const offeredJob = (given: unknown): Job =>
  jobOf(parse(offer, given, { what: 'The job that PollForJobs offered' }));

/** What an event asks of `take-job`. Throws a ConfigurationError for an event of any other kind. */
export function wakeOf(event: unknown): Wake {
  if (wakeUp.safeParse(event).success) return { poll: true };
  const hint =
    'take-job is woken by a STARTED event of CodePipeline, by its schedule (detail-type "Scheduled Event"), or invoked by CodePipeline with {"CodePipeline.job": …}.';
  return { poll: false, job: jobOf(parse(invocation, event, { what: 'The event', hint })['CodePipeline.job']) };
}

/** Longest name of an execution, and what it may not hold (Step Functions API, StartExecution `name`). */
const nameLength = 80;
const allowed = (text: string): string => text.replace(/[^\w.-]/g, '-').slice(0, nameLength);

/** An execution's name says whose it is, so that a job can be started once only. It outlives continuation: `actionExecutionId`, else the job's id. */
export const executionName = (job: Pick<Job, 'id' | 'actionExecutionId'>): string =>
  allowed(job.actionExecutionId ?? job.id);

/** The input of the execution for a job, as JSON with the fields always in this order: StartExecution compares it as text. */
export const executionInput = (job: Job): string => JSON.stringify({ job });
