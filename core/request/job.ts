import * as z from 'zod';
import { jsonTextSchema, parseWithSchema } from '../parsing/validation.ts';

/**
 * One job of the pipeline, from a poll or an invoke action. It contains no credentials and no time, because it becomes the input of an execution, and that
 * input must be the same each time.
 */
export interface PipelineJob {
  id: string;
  /** Absent if a Lambda invoke action invoked the function, because such a job needs no acknowledgement. */
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
  /** The first input artifact. */
  artifact?: JobArtifact | undefined;
  /** The other input artifacts, in the order of the action; absent if there are none. */
  otherArtifacts?: JobArtifact[] | undefined;
  encryptionKey?: string | undefined;
}

/** An input artifact as the job names it. */
export interface JobArtifact {
  name: string;
  revision?: string | undefined;
  bucket: string;
  key: string;
}

/** A job as the input of its execution describes it, before CodePipeline has confirmed it: at least the job's id. */
export type UnconfirmedJob = Omit<PipelineJob, 'configuration'> & {
  configuration?: Record<string, string> | undefined;
};

const stringRecordSchema = z.record(z.string(), z.string());
const namedSchema = z.object({ name: z.string().optional() }).optional();

const inputArtifactSchema = z.object({
  name: z.string(),
  revision: z.string().nullish(),
  location: z.object({ s3Location: z.object({ bucketName: z.string(), objectKey: z.string() }) }),
});

/** JobData of CodePipeline's API. Accepts the spelling of the API and the spelling of the event for an invoked function (action-reference-Lambda.md). */
export const jobDataSchema = z.object({
  actionConfiguration: z.object({ configuration: stringRecordSchema.default({}) }).default({ configuration: {} }),
  pipelineContext: z
    .object({
      pipelineName: z.string().optional(),
      pipelineExecutionId: z.string().optional(),
      stage: namedSchema,
      action: z.object({ name: z.string().optional(), actionExecutionId: z.string().optional() }).optional(),
    })
    .optional(),
  inputArtifacts: z.array(inputArtifactSchema).default([]),
  encryptionKey: z.object({ id: z.string() }).nullish(),
});

/** A job of CodePipeline's API. */
export const offeredJobSchema = z.object(
  { id: z.string(), nonce: z.string().optional(), data: jobDataSchema },
  'must be a job of CodePipeline, {"id", "data"}',
);

const toPipelineContext = (context: z.infer<typeof jobDataSchema>['pipelineContext']): PipelineJob['pipeline'] =>
  context && {
    name: context.pipelineName,
    executionId: context.pipelineExecutionId,
    stage: context.stage?.name,
    action: context.action?.name,
  };

/**
 * A Lambda invoke action has a single property for user parameters; its JSON holds ours. If the JSON cannot be parsed, the text stays unchanged, so
 * that Read Images reports the error to the pipeline.
 */
export const parseActionProperties = (configuration: Record<string, string>): Record<string, string> => {
  const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
  return jsonTextSchema.pipe(z.record(z.string(), scalar)).catch(configuration).parse(configuration.UserParameters);
};

const toJobArtifact = ({ name, revision, location }: z.infer<typeof inputArtifactSchema>): JobArtifact => ({
  name,
  revision: revision ?? undefined,
  bucket: location.s3Location.bucketName,
  key: location.s3Location.objectKey,
});

/** Converts a job of CodePipeline's API, without its credentials. */
export const toPipelineJob = ({ id, nonce, data: given }: z.infer<typeof offeredJobSchema>): PipelineJob => {
  const [artifact, ...otherArtifacts] = given.inputArtifacts.map(toJobArtifact);
  return {
    id,
    nonce,
    actionExecutionId: given.pipelineContext?.action?.actionExecutionId,
    pipeline: toPipelineContext(given.pipelineContext),
    configuration: parseActionProperties(given.actionConfiguration.configuration),
    artifact,
    otherArtifacts: otherArtifacts.length === 0 ? undefined : otherArtifacts,
    encryptionKey: given.encryptionKey?.id,
  };
};

/** Parses a job as PollForJobs offers it. Throws a ConfigurationError if it is not a job. */
export const parseOfferedJob = (given: unknown): PipelineJob =>
  toPipelineJob(parseWithSchema(offeredJobSchema, given, { what: 'The job that PollForJobs offered' }));

/** The maximum length of an execution's name, and the characters that it cannot contain (Step Functions API, StartExecution `name`). */
const maxNameLength = 80;
const sanitizeName = (text: string): string => text.replace(/[^\w.-]/g, '-').slice(0, maxNameLength);

/**
 * Returns the name of the execution for a job. The name identifies its job, so that a job can be started only once. It is made from `actionExecutionId`, or
 * else from the job's id, and stays the same across continuation tokens.
 */
export const createExecutionNameForJob = (job: Pick<PipelineJob, 'id' | 'actionExecutionId'>): string =>
  sanitizeName(job.actionExecutionId ?? job.id);

/**
 * Returns the input of the execution for a job, as JSON with the fields always in this order: StartExecution compares the input as text. For the job of a
 * custom action, the input contains only the job's id and the nonce that acknowledges it. For the job of a Lambda invoke action, the input contains the
 * whole job, because CodePipeline may not report it.
 */
export const createExecutionInputForJob = ({ nonce, ...job }: UnconfirmedJob): string =>
  JSON.stringify({ job: nonce === undefined ? job : { id: job.id, nonce } });
