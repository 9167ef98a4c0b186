import type { ActionExecution, PipelineArtifact, PipelineExecution } from './execution.ts';
import { type CodePipeline, codePipelineArn } from './state.ts';

/**
 * Publishes one of the three kinds of state-change event
 * (docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html).
 */
function publishState(
  codePipeline: CodePipeline,
  execution: PipelineExecution,
  event: { kind: string; detail: Record<string, unknown> },
): void {
  const { name } = execution.declaration;
  codePipeline.cloud.publish({
    'detail-type': `CodePipeline ${event.kind} Execution State Change`,
    source: 'aws.codepipeline',
    account: codePipeline.account,
    region: codePipeline.region,
    resources: [codePipelineArn(codePipeline, name)],
    detail: { pipeline: name, 'execution-id': execution.id, ...event.detail, version: execution.version },
  });
}

/** Publishes an execution's state. */
export const publishPipelineState = (codePipeline: CodePipeline, execution: PipelineExecution, state: string): void =>
  publishState(codePipeline, execution, { kind: 'Pipeline', detail: { state } });

/** Publishes a stage's state. */
export const publishStageState = (
  codePipeline: CodePipeline,
  execution: PipelineExecution,
  at: { stage: string; state: string },
): void => publishState(codePipeline, execution, { kind: 'Stage', detail: at });

/** An action's event uses `s3location.bucket`, a job uses `s3Location.bucketName`. */
const artifactLocations = (artifacts: PipelineArtifact[]) =>
  artifacts.map(({ name, bucket, key }) => ({ name, s3location: { bucket, key } }));

const executionResult = (run: ActionExecution) => ({
  ...(run.externalExecutionUrl === undefined ? {} : { 'external-execution-url': run.externalExecutionUrl }),
  ...(run.summary === undefined && run.errorDetails === undefined
    ? {}
    : { 'external-execution-summary': run.summary ?? run.errorDetails?.message }),
  ...(run.externalExecutionId === undefined ? {} : { 'external-execution-id': run.externalExecutionId }),
  ...(run.errorDetails === undefined ? {} : { 'error-code': run.errorDetails.code }),
});

const stateDetail = (run: ActionExecution): Record<string, unknown> => {
  if (run.status === 'InProgress') return { 'input-artifacts': artifactLocations(run.inputs) };
  if (run.status === 'Succeeded')
    return { 'execution-result': executionResult(run), 'output-artifacts': artifactLocations(run.outputs) };
  return run.status === 'Failed' ? { 'execution-result': executionResult(run) } : {};
};

/** Publishes an action's state. Documented events contain neither the action execution's id nor the job's. */
export function publishActionState(
  codePipeline: CodePipeline,
  execution: PipelineExecution,
  run: ActionExecution,
): void {
  const { owner, provider, category, version } = run.action.actionTypeId;
  const detail = {
    stage: run.stage,
    ...stateDetail(run),
    action: run.action.name,
    state: run.status === 'InProgress' ? 'STARTED' : run.status.toUpperCase(),
    region: codePipeline.region,
    type: { owner, provider, category, version },
  };
  publishState(codePipeline, execution, { kind: 'Action', detail });
}
