import type { ActionExecution, Artifact, Execution } from './execution.ts';
import { arnOf, type World } from './world.ts';

/** The three kinds of state-change event (docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html). */
function say(world: World, execution: Execution, event: { kind: string; detail: Record<string, unknown> }): void {
  const { name } = execution.declaration;
  world.cloud.publish({
    'detail-type': `CodePipeline ${event.kind} Execution State Change`,
    source: 'aws.codepipeline',
    account: world.account,
    region: world.region,
    resources: [arnOf(world, name)],
    detail: { pipeline: name, 'execution-id': execution.id, ...event.detail, version: execution.version },
  });
}

/** Says in what state an execution is. */
export const sayPipeline = (world: World, execution: Execution, state: string): void =>
  say(world, execution, { kind: 'Pipeline', detail: { state } });

/** Says in what state a stage is. */
export const sayStage = (world: World, execution: Execution, at: { stage: string; state: string }): void =>
  say(world, execution, { kind: 'Stage', detail: at });

/** An action's event says `s3location.bucket` where a job says `s3Location.bucketName`. */
const places = (artifacts: Artifact[]) =>
  artifacts.map(({ name, bucket, key }) => ({ name, s3location: { bucket, key } }));

const executionResult = (run: ActionExecution) => ({
  ...(run.externalExecutionUrl === undefined ? {} : { 'external-execution-url': run.externalExecutionUrl }),
  ...(run.summary === undefined && run.errorDetails === undefined
    ? {}
    : { 'external-execution-summary': run.summary ?? run.errorDetails?.message }),
  ...(run.externalExecutionId === undefined ? {} : { 'external-execution-id': run.externalExecutionId }),
  ...(run.errorDetails === undefined ? {} : { 'error-code': run.errorDetails.code }),
});

const byState = (run: ActionExecution): Record<string, unknown> => {
  if (run.status === 'InProgress') return { 'input-artifacts': places(run.inputs) };
  if (run.status === 'Succeeded')
    return { 'execution-result': executionResult(run), 'output-artifacts': places(run.outputs) };
  return run.status === 'Failed' ? { 'execution-result': executionResult(run) } : {};
};

/** Says in what state an action is. Documented events carry neither the action execution's id nor the job's. */
export function sayAction(world: World, execution: Execution, run: ActionExecution): void {
  const { owner, provider, category, version } = run.action.actionTypeId;
  const detail = {
    stage: run.stage,
    ...byState(run),
    action: run.action.name,
    state: run.status === 'InProgress' ? 'STARTED' : run.status.toUpperCase(),
    region: world.region,
    type: { owner, provider, category, version },
  };
  say(world, execution, { kind: 'Action', detail });
}
