import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { resourceNameSchema, type StageDeclaration } from './declaration.ts';
import { executionTypeOf, type PipelineExecution } from './execution.ts';
import { publishPipelineState } from './publish-state.ts';
import { createExecution, runInBackground } from './start-execution.ts';
import { type CodePipeline, codePipelineArn, getExecution, getPipeline, type Pipeline } from './state.ts';

const rollbackStageSchema = z.strictObject({
  pipelineName: resourceNameSchema,
  stageName: resourceNameSchema,
  targetPipelineExecutionId: z.string(),
});

const refuse = (why: string): AwsError => new AwsError('UnableToRollbackStageException', why);

/**
 * Throws if the stage cannot be rolled back to the execution (docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html, "Considerations for
 * rollbacks"; execution-modes.html for PARALLEL). AWS does not document which error belongs to which reason.
 */
function checkRollback(pipeline: Pipeline, stage: StageDeclaration, target: PipelineExecution): void {
  const { id, version, stages } = target;
  const { executionMode } = pipeline.declaration;
  if (version !== pipeline.version)
    throw new AwsError(
      'PipelineExecutionOutdatedException',
      `The execution '${id}' was started in version ${version} of the pipeline, and the current version is ${pipeline.version}`,
    );
  if (stage.actions.some(({ actionTypeId }) => actionTypeId.category === 'Source'))
    throw refuse(`The stage '${stage.name}' is a source stage, which cannot be rolled back`);
  if (executionMode === 'PARALLEL')
    throw refuse('A pipeline in the mode PARALLEL does not support rollbacks of stages');
  if (executionTypeOf(target) === 'ROLLBACK') throw refuse(`The execution '${id}' is a rollback itself`);
  if (stages.get(stage.name) !== 'Succeeded')
    throw refuse(`The execution '${id}' did not succeed in the stage '${stage.name}'`);
  if (pipeline.stageQueues.get(stage.name)?.current !== undefined)
    throw refuse(`The stage '${stage.name}' is currently running`);
}

/** Starts an execution that runs the stage again, with the source versions, the variables and the artifacts of the target execution. */
async function rollBackStage(codePipeline: CodePipeline, input: z.infer<typeof rollbackStageSchema>, call: Call) {
  const { pipelineName, stageName, targetPipelineExecutionId } = input;
  await call.allow('codepipeline:RollbackStage', codePipelineArn(codePipeline, `${pipelineName}/${stageName}`));
  const pipeline = getPipeline(codePipeline, pipelineName);
  const stage = pipeline.declaration.stages.find(({ name }) => name === stageName);
  if (stage === undefined)
    throw new AwsError('StageNotFoundException', `Pipeline '${pipelineName}' has no stage '${stageName}'`);
  const target = getExecution(pipeline, targetPipelineExecutionId);
  checkRollback(pipeline, stage, target);
  const variables = target.variables.get('variables') ?? {};
  const execution = createExecution(codePipeline, pipeline, { variables, by: call.caller.arn });
  execution.rollbackTarget = target.id;
  execution.artifacts = new Map(target.artifacts);
  execution.revisions = [...target.revisions];
  for (const [namespace, values] of target.variables)
    if (!execution.variables.has(namespace)) execution.variables.set(namespace, values);
  publishPipelineState(codePipeline, execution, 'STARTED');
  runInBackground(codePipeline, pipeline, { execution, stage: stageName, done: new Set() });
  return { pipelineExecutionId: execution.id };
}

/** RollbackStage. */
export const rollbackStageOperations = (worldFor: (call: Call) => CodePipeline): Record<string, Operation> => ({
  RollbackStage: defineOperation(rollbackStageSchema, (input, call) => rollBackStage(worldFor(call), input, call)),
});
