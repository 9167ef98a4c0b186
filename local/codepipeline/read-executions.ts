import { z } from 'zod';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { resourceNameSchema } from './declaration.ts';
import { type ActionExecution, executionTypeOf, type PipelineArtifact, type PipelineExecution } from './execution.ts';
import { maskSecrets } from './pipeline-operations.ts';
import { type CodePipeline, getAuthorizedPipeline, getExecution, toSeconds } from './state.ts';

const triggerView = ({ triggerDetail, rollbackTarget }: PipelineExecution) => ({
  triggerType: rollbackTarget === undefined ? 'StartPipelineExecution' : 'ManualRollback',
  triggerDetail,
});

/** The type of an execution, and the target of a rollback (docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback-view-details.html). */
const typeView = (execution: PipelineExecution) => ({
  executionType: executionTypeOf(execution),
  rollbackMetadata: execution.rollbackTarget && { rollbackTargetPipelineExecutionId: execution.rollbackTarget },
});

const executionView = (execution: PipelineExecution) => ({
  pipelineName: execution.declaration.name,
  pipelineVersion: execution.version,
  pipelineExecutionId: execution.id,
  status: execution.status,
  artifactRevisions: [...execution.artifacts.values()].flatMap(({ name, revision }) => {
    const found = execution.revisions.find(({ revisionId }) => revisionId === revision);
    if (found === undefined) return [];
    const { revisionId, revisionSummary, created } = found;
    return [{ name, revisionId, revisionSummary, created: toSeconds(created) }];
  }),
  variables: Object.entries(execution.variables.get('variables') ?? {}).map(([name, resolvedValue]) => ({
    name,
    resolvedValue,
  })),
  trigger: triggerView(execution),
  executionMode: execution.declaration.executionMode,
  ...typeView(execution),
});

const executionSummary = (execution: PipelineExecution) => ({
  pipelineExecutionId: execution.id,
  status: execution.status,
  startTime: toSeconds(execution.started),
  lastUpdateTime: toSeconds(execution.changed),
  sourceRevisions: execution.revisions.map(({ created, ...revision }) => revision),
  trigger: triggerView(execution),
  stopTrigger: execution.stopReason === undefined ? undefined : { reason: execution.stopReason },
  executionMode: execution.declaration.executionMode,
  ...typeView(execution),
});

const artifactLocations = (artifacts: PipelineArtifact[]) =>
  artifacts.map(({ name, bucket, key }) => ({ name, s3location: { bucket, key } }));

const actionExecutionView = (codePipeline: CodePipeline, execution: PipelineExecution, run: ActionExecution) => ({
  pipelineExecutionId: execution.id,
  actionExecutionId: run.id,
  pipelineVersion: execution.version,
  stageName: run.stage,
  actionName: run.action.name,
  startTime: toSeconds(run.started),
  lastUpdateTime: toSeconds(run.changed),
  status: run.status,
  input: {
    actionTypeId: run.action.actionTypeId,
    configuration: maskSecrets(codePipeline, run.action, run.action.configuration),
    resolvedConfiguration: maskSecrets(codePipeline, run.action, run.configuration),
    roleArn: run.action.roleArn,
    region: run.action.region ?? codePipeline.region,
    inputArtifacts: artifactLocations(run.inputs),
    namespace: run.action.namespace,
  },
  output: {
    outputArtifacts: run.status === 'Succeeded' ? artifactLocations(run.outputs) : [],
    executionResult: {
      externalExecutionId: run.externalExecutionId,
      externalExecutionSummary: run.summary,
      externalExecutionUrl: run.externalExecutionUrl,
      errorDetails: run.errorDetails,
    },
    outputVariables: run.outputVariables ?? {},
  },
});

const maxResultsSchema = z.int().min(1).max(100).default(100);

const listActionExecutionsSchema = z.strictObject({
  pipelineName: resourceNameSchema,
  maxResults: maxResultsSchema,
  filter: z.strictObject({ pipelineExecutionId: z.string().optional() }).optional(),
});

/** Lists the newest first, as AWS does. */
async function listActionExecutions(
  codePipeline: CodePipeline,
  input: z.infer<typeof listActionExecutionsSchema>,
  call: Call,
) {
  const pipeline = await getAuthorizedPipeline(codePipeline, input.pipelineName, call);
  const id = input.filter?.pipelineExecutionId;
  const executions = id === undefined ? pipeline.executions : [getExecution(pipeline, id)];
  const all = executions.flatMap((execution) => execution.actions.map((run) => ({ execution, run })));
  // toReversed comes first because the sort is stable: of two actions that started at the same time, the later one comes first.
  const newest = all.toReversed().sort((a, b) => b.run.started - a.run.started);
  const actionExecutionDetails = newest
    .slice(0, input.maxResults)
    .map(({ execution, run }) => actionExecutionView(codePipeline, execution, run));
  return { actionExecutionDetails };
}

/** GetPipelineExecution, ListPipelineExecutions, ListActionExecutions; lists are returned in one page, up to `maxResults`. */
export const executionReadOperations = (worldFor: (call: Call) => CodePipeline): Record<string, Operation> => ({
  GetPipelineExecution: defineOperation(
    z.strictObject({ pipelineName: resourceNameSchema, pipelineExecutionId: z.string() }),
    async (input, call) => {
      const pipeline = await getAuthorizedPipeline(worldFor(call), input.pipelineName, call);
      return { pipelineExecution: executionView(getExecution(pipeline, input.pipelineExecutionId)) };
    },
  ),
  ListPipelineExecutions: defineOperation(
    z.strictObject({ pipelineName: resourceNameSchema, maxResults: maxResultsSchema }),
    async ({ pipelineName, maxResults }, call) => {
      const { executions } = await getAuthorizedPipeline(worldFor(call), pipelineName, call);
      return { pipelineExecutionSummaries: executions.toReversed().slice(0, maxResults).map(executionSummary) };
    },
  ),
  ListActionExecutions: defineOperation(listActionExecutionsSchema, (input, call) =>
    listActionExecutions(worldFor(call), input, call),
  ),
});
