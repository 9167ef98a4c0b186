import { pipelineSession } from './action-provider.ts';
import { findActionType } from './action-type.ts';
import type { CustomActionType } from './action-type-input.ts';
import { artifactPolicy } from './artifact.ts';
import type { ActionOutcome, PipelineArtifact } from './execution.ts';
import { type ActionContext, type ActionJob, codePipelineArn } from './state.ts';

/** Lifetime of artifact credentials. AWS documents none; one hour is the maximum for a chained role session. */
const credentialSeconds = 3600;

const artifactView = ({ name, revision, bucket, key }: PipelineArtifact) => ({
  name,
  ...(revision === undefined ? {} : { revision }),
  location: { type: 'S3', s3Location: { bucketName: bucket, objectKey: key } },
});

function artifactCredentials(context: ActionContext) {
  const { run, execution, codePipeline } = context;
  const sessionPolicy = artifactPolicy(
    codePipeline.region,
    [...run.inputs, ...run.outputs],
    codePipeline.cloud.answers['credentials-key'] === 'decrypt'
      ? (execution.declaration.artifactStore.encryptionKey?.id ?? '*')
      : undefined,
  );
  const issued = codePipeline.cloud.iam.issueCredentials(
    { ...pipelineSession(context), sessionPolicy },
    credentialSeconds,
  );
  const { accessKeyId, secretAccessKey, sessionToken } = issued;
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** The pipeline context of a job; the event of the Lambda invoke action does not include it. */
export const pipelineContext = ({ codePipeline, execution, run }: ActionContext) => ({
  pipelineName: execution.declaration.name,
  stage: { name: run.stage },
  action: { name: run.action.name, actionExecutionId: run.id },
  pipelineArn: codePipelineArn(codePipeline, execution.declaration.name),
  pipelineExecutionId: execution.id,
});

/** Returns a job's data with new temporary credentials, as a Lambda function gets it (…/userguide/action-reference-Lambda.html). */
export function jobData({ action, continuationToken }: ActionJob) {
  const { run, execution } = action;
  const { encryptionKey } = execution.declaration.artifactStore;
  return {
    actionConfiguration: { configuration: run.configuration },
    inputArtifacts: run.inputs.map(artifactView),
    outputArtifacts: run.outputs.map(artifactView),
    artifactCredentials: artifactCredentials(action),
    ...(continuationToken === undefined ? {} : { continuationToken }),
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
  };
}

/** Returns a job in the format of PollForJobs and GetJobDetails. */
export const jobDetails = (job: ActionJob) => ({
  id: job.id,
  data: {
    actionTypeId: job.action.run.action.actionTypeId,
    pipelineContext: pipelineContext(job.action),
    ...jobData(job),
  },
  accountId: job.action.codePipeline.account,
});

/** Returns the link that the console shows: the action type's template filled with the configuration and the external id. */
function executionUrl(
  type: CustomActionType | undefined,
  context: ActionContext,
  externalExecutionId: string,
): string | undefined {
  return type?.settings?.executionUrlTemplate
    ?.replace(/\{Config:([^}]+)\}/g, (_, name: string) => context.run.configuration[name] ?? '')
    .replaceAll('{ExternalExecutionId}', externalExecutionId);
}

/** Records the details of a job result on the action: the external id with its link, the summary, the progress. */
export function recordExecutionDetails(
  context: ActionContext,
  details: Pick<ActionOutcome, 'externalExecutionId' | 'summary' | 'percentComplete'>,
): void {
  const { run, codePipeline } = context;
  const { externalExecutionId, summary, percentComplete } = details;
  const type = findActionType(codePipeline, run.action.actionTypeId);
  const url = externalExecutionId === undefined ? undefined : executionUrl(type, context, externalExecutionId);
  Object.assign(
    run,
    externalExecutionId === undefined ? {} : { externalExecutionId },
    url === undefined ? {} : { externalExecutionUrl: url },
    summary === undefined ? {} : { summary },
    percentComplete === undefined ? {} : { percentComplete },
  );
  run.changed = codePipeline.cloud.clock.now();
}
