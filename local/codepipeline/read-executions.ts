import { z } from 'zod';
import { type Call, type Operation, operation } from '../service.ts';
import { named } from './declaration.ts';
import type { ActionExecution, Artifact, Execution } from './execution.ts';
import { masked } from './pipeline-operations.ts';
import { executionIn, pipelineFor, seconds, type World } from './world.ts';

const trigger = ({ triggerDetail }: Execution) => ({ triggerType: 'StartPipelineExecution', triggerDetail });

const described = (execution: Execution) => ({
  pipelineName: execution.declaration.name,
  pipelineVersion: execution.version,
  pipelineExecutionId: execution.id,
  status: execution.status,
  artifactRevisions: [...execution.artifacts.values()].flatMap(({ name, revision }) => {
    const found = execution.revisions.find(({ revisionId }) => revisionId === revision);
    if (found === undefined) return [];
    const { revisionId, revisionSummary, created } = found;
    return [{ name, revisionId, revisionSummary, created: seconds(created) }];
  }),
  variables: Object.entries(execution.variables.get('variables') ?? {}).map(([name, resolvedValue]) => ({
    name,
    resolvedValue,
  })),
  trigger: trigger(execution),
  executionMode: execution.declaration.executionMode,
  executionType: 'STANDARD',
});

const summarized = (execution: Execution) => ({
  pipelineExecutionId: execution.id,
  status: execution.status,
  startTime: seconds(execution.started),
  lastUpdateTime: seconds(execution.changed),
  sourceRevisions: execution.revisions.map(({ created, ...revision }) => revision),
  trigger: trigger(execution),
  stopTrigger: execution.stopReason === undefined ? undefined : { reason: execution.stopReason },
  executionMode: execution.declaration.executionMode,
  executionType: 'STANDARD',
});

const places = (artifacts: Artifact[]) =>
  artifacts.map(({ name, bucket, key }) => ({ name, s3location: { bucket, key } }));

const detailed = (world: World, execution: Execution, run: ActionExecution) => ({
  pipelineExecutionId: execution.id,
  actionExecutionId: run.id,
  pipelineVersion: execution.version,
  stageName: run.stage,
  actionName: run.action.name,
  startTime: seconds(run.started),
  lastUpdateTime: seconds(run.changed),
  status: run.status,
  input: {
    actionTypeId: run.action.actionTypeId,
    configuration: masked(world, run.action, run.action.configuration),
    resolvedConfiguration: masked(world, run.action, run.configuration),
    roleArn: run.action.roleArn,
    region: run.action.region ?? world.region,
    inputArtifacts: places(run.inputs),
    namespace: run.action.namespace,
  },
  output: {
    outputArtifacts: run.status === 'Succeeded' ? places(run.outputs) : [],
    executionResult: {
      externalExecutionId: run.externalExecutionId,
      externalExecutionSummary: run.summary,
      externalExecutionUrl: run.externalExecutionUrl,
      errorDetails: run.errorDetails,
    },
    outputVariables: run.outputVariables ?? {},
  },
});

const limit = z.int().min(1).max(100).default(100);

const listActionExecutions = z.strictObject({
  pipelineName: named,
  maxResults: limit,
  filter: z.strictObject({ pipelineExecutionId: z.string().optional() }).optional(),
});

/** The newest first, as AWS lists them. */
async function actionExecutions(world: World, input: z.infer<typeof listActionExecutions>, call: Call) {
  const pipeline = await pipelineFor(world, input.pipelineName, call);
  const id = input.filter?.pipelineExecutionId;
  const executions = id === undefined ? pipeline.executions : [executionIn(pipeline, id)];
  const all = executions.flatMap((execution) => execution.actions.map((run) => ({ execution, run })));
  // toReversed first: the sort is stable, so of two that began at once the later one leads.
  const newest = all.toReversed().sort((a, b) => b.run.started - a.run.started);
  const actionExecutionDetails = newest
    .slice(0, input.maxResults)
    .map(({ execution, run }) => detailed(world, execution, run));
  return { actionExecutionDetails };
}

/** GetPipelineExecution, ListPipelineExecutions, ListActionExecutions; lists come whole, up to `maxResults`. */
export const readOperations = (worldFor: (call: Call) => World): Record<string, Operation> => ({
  GetPipelineExecution: operation(
    z.strictObject({ pipelineName: named, pipelineExecutionId: z.string() }),
    async (input, call) => {
      const pipeline = await pipelineFor(worldFor(call), input.pipelineName, call);
      return { pipelineExecution: described(executionIn(pipeline, input.pipelineExecutionId)) };
    },
  ),
  ListPipelineExecutions: operation(
    z.strictObject({ pipelineName: named, maxResults: limit }),
    async ({ pipelineName, maxResults }, call) => {
      const { executions } = await pipelineFor(worldFor(call), pipelineName, call);
      return { pipelineExecutionSummaries: executions.toReversed().slice(0, maxResults).map(summarized) };
    },
  ),
  ListActionExecutions: operation(listActionExecutions, (input, call) => actionExecutions(worldFor(call), input, call)),
});
