import { type ActionContext, pipelineSession } from './action-context.ts';
import { type CustomActionType, findActionType } from './action-type.ts';
import { artifactPolicy } from './artifact.ts';
import type { ActionOutcome, PipelineArtifact } from './execution.ts';
import { codePipelineArn } from './state.ts';

export type JobStatus = 'Created' | 'Queued' | 'Dispatched' | 'InProgress' | 'TimedOut' | 'Succeeded' | 'Failed';

export interface PipelineJob {
  id: string;
  /** A job that a Lambda function was invoked with has none: there is nothing to acknowledge. */
  nonce?: string;
  status: JobStatus;
  /** From when on it can be polled, and when it was last; milliseconds, simulated. */
  pollableAt: number;
  offeredAt?: number;
  acknowledged?: boolean;
  work: ActionContext;
  continuationToken?: string;
  settle: (outcome: ActionOutcome) => void;
}

/** How long artifact credentials live. AWS does not say; an hour is what a chained role session gets at most. */
const credentialSeconds = 3600;

const artifactView = ({ name, revision, bucket, key }: PipelineArtifact) => ({
  name,
  ...(revision === undefined ? {} : { revision }),
  location: { type: 'S3', s3Location: { bucketName: bucket, objectKey: key } },
});

function artifactCredentials(work: ActionContext) {
  const { run, execution, world } = work;
  const sessionPolicy = artifactPolicy(
    [...run.inputs, ...run.outputs],
    world.cloud.answers['credentials-key'] === 'decrypt'
      ? (execution.declaration.artifactStore.encryptionKey?.id ?? '*')
      : undefined,
  );
  const issued = world.cloud.iam.issue({ ...pipelineSession(work), sessionPolicy }, credentialSeconds);
  const { accessKeyId, secretAccessKey, sessionToken } = issued;
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** What CodePipeline tells of where a job belongs; the event of the Lambda invoke action comes without it. */
export const pipelineContext = ({ world, execution, run }: ActionContext) => ({
  pipelineName: execution.declaration.name,
  stage: { name: run.stage },
  action: { name: run.action.name, actionExecutionId: run.id },
  pipelineArn: codePipelineArn(world, execution.declaration.name),
  pipelineExecutionId: execution.id,
});

/** A job's data with fresh temporary credentials, as a Lambda function gets it (…/userguide/action-reference-Lambda.html). */
export function jobData({ work, continuationToken }: PipelineJob) {
  const { run, execution } = work;
  const { encryptionKey } = execution.declaration.artifactStore;
  return {
    actionConfiguration: { configuration: run.configuration },
    inputArtifacts: run.inputs.map(artifactView),
    outputArtifacts: run.outputs.map(artifactView),
    artifactCredentials: artifactCredentials(work),
    ...(continuationToken === undefined ? {} : { continuationToken }),
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
  };
}

/** A job as PollForJobs and GetJobDetails give it. */
export const jobDetails = (job: PipelineJob) => ({
  id: job.id,
  data: {
    actionTypeId: job.work.run.action.actionTypeId,
    pipelineContext: pipelineContext(job.work),
    ...jobData(job),
  },
  accountId: job.work.world.account,
});

/** The link that the console shows: the action type's template with the configuration and the external id filled in. */
function executionUrl(
  type: CustomActionType | undefined,
  work: ActionContext,
  externalExecutionId: string,
): string | undefined {
  return type?.settings?.executionUrlTemplate
    ?.replace(/\{Config:([^}]+)\}/g, (_, name: string) => work.run.configuration[name] ?? '')
    .replaceAll('{ExternalExecutionId}', externalExecutionId);
}

/** Writes on the action what a result said: the external id with its link, the summary, the progress. */
export function recordExecutionDetails(
  work: ActionContext,
  said: Pick<ActionOutcome, 'externalExecutionId' | 'summary' | 'percentComplete'>,
): void {
  const { run, world } = work;
  const { externalExecutionId, summary, percentComplete } = said;
  const type = findActionType(world, run.action.actionTypeId);
  const url = externalExecutionId === undefined ? undefined : executionUrl(type, work, externalExecutionId);
  Object.assign(
    run,
    externalExecutionId === undefined ? {} : { externalExecutionId },
    url === undefined ? {} : { externalExecutionUrl: url },
    summary === undefined ? {} : { summary },
    percentComplete === undefined ? {} : { percentComplete },
  );
  run.changed = world.cloud.clock.now();
}
