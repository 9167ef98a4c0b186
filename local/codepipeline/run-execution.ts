import type { StageDeclaration } from './declaration.ts';
import { executionTypeOf, type PipelineExecution, type PipelineExecutionStatus } from './execution.ts';
import { publishPipelineState } from './publish-state.ts';
import { runStage } from './run-stage.ts';
import type { CodePipeline, Pipeline, StageQueue } from './state.ts';

/** Ends an execution. */
function endExecution(codePipeline: CodePipeline, execution: PipelineExecution, status: PipelineExecutionStatus): void {
  execution.status = status;
  execution.changed = codePipeline.cloud.clock.now();
  publishPipelineState(codePipeline, execution, status.toUpperCase());
}

function getStageQueue(pipeline: Pipeline, stage: string): StageQueue {
  const found = pipeline.stageQueues.get(stage) ?? { waiting: [] };
  pipeline.stageQueues.set(stage, found);
  return found;
}

/**
 * Waits until the stage is free. Resolves to false if a newer execution or a stop ends the wait. A stage runs one execution at a time. In SUPERSEDED mode only
 * the newest execution waits for the stage, in QUEUED mode all wait in order, and in PARALLEL mode none waits
 * (docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html).
 */
function enterStage(
  codePipeline: CodePipeline,
  pipeline: Pipeline,
  at: { execution: PipelineExecution; stage: string },
): Promise<boolean> {
  const { execution, stage } = at;
  const entrance = getStageQueue(pipeline, stage);
  if (execution.declaration.executionMode === 'PARALLEL') return Promise.resolve(true);
  if (entrance.current === undefined) {
    entrance.current = execution;
    return Promise.resolve(true);
  }
  const superseded = execution.declaration.executionMode === 'SUPERSEDED' ? entrance.waiting.splice(0) : [];
  for (const older of superseded) {
    endExecution(codePipeline, older.execution, 'Superseded');
    older.admit(false);
  }
  return new Promise((admit) => entrance.waiting.push({ execution, admit }));
}

function leaveStage(pipeline: Pipeline, execution: PipelineExecution, stage: string): void {
  const entrance = getStageQueue(pipeline, stage);
  if (entrance.current !== execution) return;
  const next = entrance.waiting.shift();
  if (next === undefined) delete entrance.current;
  else {
    entrance.current = next.execution;
    next.admit(true);
  }
}

/** Removes an execution from the queue in which it waits. Returns whether the execution was waiting. */
function removeFromQueue(pipeline: Pipeline, execution: PipelineExecution): boolean {
  for (const entrance of pipeline.stageQueues.values()) {
    const found = entrance.waiting.find((waiting) => waiting.execution === execution);
    if (found === undefined) continue;
    entrance.waiting.splice(entrance.waiting.indexOf(found), 1);
    found.admit(false);
    return true;
  }
  return false;
}

/** Runs an execution from a stage to its end. `done` are the actions of the first stage that do not run again. */
export async function runExecution(
  codePipeline: CodePipeline,
  pipeline: Pipeline,
  from: { execution: PipelineExecution; stage: string; done: Set<string> },
): Promise<void> {
  const { execution } = from;
  const { cloud } = codePipeline;
  const { stages } = execution.declaration;
  const first = stages.findIndex(({ name }) => name === from.stage);
  const endsWithStage = executionTypeOf(execution) === 'ROLLBACK' && cloud.answers['stage-rollback-end'] === 'stage';
  const todo = stages.slice(first, endsWithStage ? first + 1 : undefined);
  for (const stage of todo) {
    if (execution.status === 'Stopping') return endExecution(codePipeline, execution, 'Stopped');
    if (!(await enterStage(codePipeline, pipeline, { execution, stage: stage.name }))) return;
    const ended = await runStageAlone(codePipeline, pipeline, {
      execution,
      stage,
      done: stage === todo[0] ? from.done : new Set(),
    });
    if (ended !== 'Succeeded') return endExecution(codePipeline, execution, ended);
  }
  endExecution(codePipeline, execution, 'Succeeded');
}

async function runStageAlone(
  codePipeline: CodePipeline,
  pipeline: Pipeline,
  at: { execution: PipelineExecution; stage: StageDeclaration; done: Set<string> },
): Promise<'Succeeded' | 'Failed' | 'Stopped'> {
  try {
    return await runStage(codePipeline, at.execution, at);
  } finally {
    leaveStage(pipeline, at.execution, at.stage.name);
  }
}

/** Stops an execution. Abandon ends it without waiting for running actions, and stop-and-wait lets these actions finish. No further action starts. */
export function stopRunningExecution(
  codePipeline: CodePipeline,
  pipeline: Pipeline,
  what: { execution: PipelineExecution; abandon: boolean },
): void {
  const { execution, abandon } = what;
  if (removeFromQueue(pipeline, execution)) {
    endExecution(codePipeline, execution, 'Stopped');
    return;
  }
  execution.status = 'Stopping';
  execution.changed = codePipeline.cloud.clock.now();
  publishPipelineState(codePipeline, execution, 'STOPPING');
  if (abandon) for (const run of execution.actions) run.abandon();
}
