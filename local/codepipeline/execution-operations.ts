import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { resourceNameSchema } from './declaration.ts';
import { findLastActionExecution } from './execution.ts';
import { publishPipelineState } from './publish-state.ts';
import { stopRunningExecution } from './run-execution.ts';
import { runInBackground, startExecution, startPipelineExecutionSchema } from './start-execution.ts';
import { type CodePipeline, codePipelineArn, getAuthorizedPipeline, getExecution, getPipeline } from './state.ts';

const executionKeyFields = { pipelineName: resourceNameSchema, pipelineExecutionId: z.string() };
const stopPipelineExecutionSchema = z.strictObject({
  ...executionKeyFields,
  abandon: z.boolean().default(false),
  reason: z.string().max(200).optional(),
});

async function stopExecution(
  codePipeline: CodePipeline,
  input: z.infer<typeof stopPipelineExecutionSchema>,
  call: Call,
) {
  const pipeline = await getAuthorizedPipeline(codePipeline, input.pipelineName, call);
  const execution = getExecution(pipeline, input.pipelineExecutionId);
  if (execution.status === 'Stopping' && !input.abandon)
    throw new AwsError('DuplicatedStopRequestException', 'The pipeline execution is already in a Stopping state');
  if (execution.status !== 'InProgress' && execution.status !== 'Stopping')
    throw new AwsError(
      'PipelineExecutionNotStoppableException',
      `The pipeline execution is in the state ${execution.status} and cannot be stopped`,
    );
  execution.stopReason = input.reason;
  stopRunningExecution(codePipeline, pipeline, { execution, abandon: input.abandon });
  return { pipelineExecutionId: execution.id };
}

const retryStageExecutionSchema = z.strictObject({
  ...executionKeyFields,
  stageName: resourceNameSchema,
  retryMode: z.enum(['FAILED_ACTIONS', 'ALL_ACTIONS']),
});

async function retryStage(codePipeline: CodePipeline, input: z.infer<typeof retryStageExecutionSchema>, call: Call) {
  const { pipelineName, stageName, pipelineExecutionId, retryMode } = input;
  await call.allow('codepipeline:RetryStageExecution', codePipelineArn(codePipeline, `${pipelineName}/${stageName}`));
  const pipeline = getPipeline(codePipeline, pipelineName);
  const execution = getExecution(pipeline, pipelineExecutionId);
  const stage = execution.declaration.stages.find(({ name }) => name === stageName);
  if (stage === undefined)
    throw new AwsError('StageNotFoundException', `Pipeline '${pipelineName}' has no stage '${stageName}'`);
  const status = execution.stages.get(stageName);
  if (status !== 'Failed' && status !== 'Stopped')
    throw new AwsError('StageNotRetryableException', `Stage '${stageName}' is ${status ?? 'not started'}, not failed`);
  const succeeded = stage.actions.filter(
    ({ name }) => findLastActionExecution(execution, stageName, name)?.status === 'Succeeded',
  );
  const done = retryMode === 'ALL_ACTIONS' ? [] : succeeded.map(({ name }) => name);
  execution.status = 'InProgress';
  publishPipelineState(codePipeline, execution, 'RESUMED');
  runInBackground(codePipeline, pipeline, { execution, stage: stageName, done: new Set(done) });
  return { pipelineExecutionId };
}

/** StartPipelineExecution, StopPipelineExecution, RetryStageExecution. */
export function executionOperations(worldFor: (call: Call) => CodePipeline): Record<string, Operation> {
  const tokens = new Map<string, string>();
  return {
    StartPipelineExecution: defineOperation(startPipelineExecutionSchema, (input, call) =>
      startExecution(worldFor(call), tokens, { input, call }),
    ),
    StopPipelineExecution: defineOperation(stopPipelineExecutionSchema, (input, call) =>
      stopExecution(worldFor(call), input, call),
    ),
    RetryStageExecution: defineOperation(retryStageExecutionSchema, (input, call) =>
      retryStage(worldFor(call), input, call),
    ),
  };
}
