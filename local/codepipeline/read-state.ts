import { z } from 'zod';
import { type Call, type Operation, operation } from '../service.ts';
import { actionTypeOf } from './action-type.ts';
import { named, type Stage } from './declaration.ts';
import type { ActionExecution, Execution } from './execution.ts';
import { type Pipeline, pipelineFor, seconds, type World } from './world.ts';

/** The token is shown only while the approval waits for it. */
const latestExecution = (run: ActionExecution) => ({
  actionExecutionId: run.id,
  status: run.status,
  summary: run.summary,
  lastStatusChange: seconds(run.changed),
  token: run.status === 'InProgress' ? run.token : undefined,
  lastUpdatedBy: run.lastUpdatedBy,
  externalExecutionId: run.externalExecutionId,
  externalExecutionUrl: run.externalExecutionUrl,
  percentComplete: run.percentComplete,
  errorDetails: run.errorDetails,
});

function actionState(world: World, pipeline: Pipeline, at: { stage: Stage; action: Stage['actions'][number] }) {
  const { name, actionTypeId, configuration } = at.action;
  const runs = pipeline.executions
    .flatMap(({ actions }) => actions)
    .filter((run) => run.stage === at.stage.name && run.action.name === name);
  const latest = runs.sort((a, b) => a.started - b.started).at(-1);
  const revision = pipeline.executions
    .flatMap(({ revisions }) => revisions)
    .findLast(({ actionName }) => actionName === name && actionTypeId.category === 'Source');
  const entityUrl = actionTypeOf(world, actionTypeId)?.settings?.entityUrlTemplate?.replace(
    /\{Config:([^}]+)\}/g,
    (_, key: string) => configuration[key] ?? '',
  );
  return {
    actionName: name,
    currentRevision: revision && {
      revisionId: revision.revisionId,
      revisionChangeId: revision.revisionId,
      created: seconds(revision.created),
    },
    latestExecution: latest && latestExecution(latest),
    entityUrl,
  };
}

/** Which execution is, or last was, in a stage: the one inside, else the one whose action ran there last. */
function inStage(pipeline: Pipeline, stage: string): Execution | undefined {
  const inside = pipeline.entrances.get(stage)?.inside;
  const runs = pipeline.executions
    .filter((execution) => execution.stages.has(stage))
    .map((execution) => ({ execution, at: execution.actions.findLast((run) => run.stage === stage)?.started ?? 0 }))
    .sort((a, b) => a.at - b.at);
  return inside ?? runs.at(-1)?.execution;
}

function stageState(world: World, pipeline: Pipeline, stage: Stage) {
  const { name, actions } = stage;
  const current = inStage(pipeline, name);
  const waiting = (pipeline.entrances.get(name)?.waiting ?? []).map(({ execution }) => ({
    pipelineExecutionId: execution.id,
    status: 'InProgress',
  }));
  const status = current?.status === 'Stopping' ? 'Stopping' : current?.stages.get(name);
  return {
    stageName: name,
    inboundExecution: waiting.at(-1),
    inboundExecutions: waiting.length === 0 ? undefined : waiting,
    inboundTransitionState: { enabled: true },
    actionStates: actions.map((action) => actionState(world, pipeline, { stage, action })),
    latestExecution: current && { pipelineExecutionId: current.id, status },
  };
}

async function state(world: World, name: string, call: Call) {
  const pipeline = await pipelineFor(world, name, call);
  return {
    pipelineName: name,
    pipelineVersion: pipeline.version,
    stageStates: pipeline.declaration.stages.map((stage) => stageState(world, pipeline, stage)),
    created: seconds(pipeline.created),
    updated: seconds(pipeline.updated),
  };
}

/** GetPipelineState. */
export const stateOperations = (worldFor: (call: Call) => World): Record<string, Operation> => ({
  GetPipelineState: operation(z.strictObject({ name: named }), (input, call) =>
    state(worldFor(call), input.name, call),
  ),
});
