import { z } from 'zod';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { findActionType } from './action-type.ts';
import { resourceNameSchema, type StageDeclaration } from './declaration.ts';
import { type ActionExecution, executionTypeOf, type PipelineExecution } from './execution.ts';
import { type CodePipeline, getAuthorizedPipeline, type Pipeline, toSeconds } from './state.ts';

/** The token is returned only while the approval is waiting. */
const latestExecutionView = (run: ActionExecution) => ({
  actionExecutionId: run.id,
  status: run.status,
  summary: run.summary,
  lastStatusChange: toSeconds(run.changed),
  token: run.status === 'InProgress' ? run.token : undefined,
  lastUpdatedBy: run.lastUpdatedBy,
  externalExecutionId: run.externalExecutionId,
  externalExecutionUrl: run.externalExecutionUrl,
  percentComplete: run.percentComplete,
  errorDetails: run.errorDetails,
});

function actionStateView(
  codePipeline: CodePipeline,
  pipeline: Pipeline,
  at: { stage: StageDeclaration; action: StageDeclaration['actions'][number] },
) {
  const { name, actionTypeId, configuration } = at.action;
  const runs = pipeline.executions
    .flatMap(({ actions }) => actions)
    .filter((run) => run.stage === at.stage.name && run.action.name === name);
  const latest = runs.sort((a, b) => a.started - b.started).at(-1);
  const revision = pipeline.executions
    .flatMap(({ revisions }) => revisions)
    .findLast(({ actionName }) => actionName === name && actionTypeId.category === 'Source');
  const entityUrl = findActionType(codePipeline, actionTypeId)?.settings?.entityUrlTemplate?.replace(
    /\{Config:([^}]+)\}/g,
    (_, key: string) => configuration[key] ?? '',
  );
  return {
    actionName: name,
    currentRevision: revision && {
      revisionId: revision.revisionId,
      revisionChangeId: revision.revisionId,
      created: toSeconds(revision.created),
    },
    latestExecution: latest && latestExecutionView(latest),
    entityUrl,
  };
}

/** Returns the execution that is in a stage. If there is none, returns the execution whose action ran there last. */
function findExecutionInStage(pipeline: Pipeline, stage: string): PipelineExecution | undefined {
  const inside = pipeline.stageQueues.get(stage)?.current;
  const runs = pipeline.executions
    .filter((execution) => execution.stages.has(stage))
    .map((execution) => ({ execution, at: execution.actions.findLast((run) => run.stage === stage)?.started ?? 0 }))
    .sort((a, b) => a.at - b.at);
  return inside ?? runs.at(-1)?.execution;
}

function stageStateView(codePipeline: CodePipeline, pipeline: Pipeline, stage: StageDeclaration) {
  const { name, actions } = stage;
  const current = findExecutionInStage(pipeline, name);
  const waiting = (pipeline.stageQueues.get(name)?.waiting ?? []).map(({ execution }) => ({
    pipelineExecutionId: execution.id,
    status: 'InProgress',
    type: executionTypeOf(execution),
  }));
  const status = current?.status === 'Stopping' ? 'Stopping' : current?.stages.get(name);
  return {
    stageName: name,
    inboundExecution: waiting.at(-1),
    inboundExecutions: waiting.length === 0 ? undefined : waiting,
    inboundTransitionState: { enabled: true },
    actionStates: actions.map((action) => actionStateView(codePipeline, pipeline, { stage, action })),
    latestExecution: current && { pipelineExecutionId: current.id, status, type: executionTypeOf(current) },
  };
}

async function pipelineStateView(codePipeline: CodePipeline, name: string, call: Call) {
  const pipeline = await getAuthorizedPipeline(codePipeline, name, call);
  return {
    pipelineName: name,
    pipelineVersion: pipeline.version,
    stageStates: pipeline.declaration.stages.map((stage) => stageStateView(codePipeline, pipeline, stage)),
    created: toSeconds(pipeline.created),
    updated: toSeconds(pipeline.updated),
  };
}

/** GetPipelineState. */
export const pipelineStateOperations = (worldFor: (call: Call) => CodePipeline): Record<string, Operation> => ({
  GetPipelineState: defineOperation(z.strictObject({ name: resourceNameSchema }), (input, call) =>
    pipelineStateView(worldFor(call), input.name, call),
  ),
});
