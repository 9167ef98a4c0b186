import type { Stage } from './declaration.ts';
import type { Execution, ExecutionStatus } from './execution.ts';
import { runStage } from './run.ts';
import { sayPipeline } from './say.ts';
import type { Entrance, Pipeline, World } from './world.ts';

/** Ends an execution. */
function finish(world: World, execution: Execution, status: ExecutionStatus): void {
  execution.status = status;
  execution.changed = world.cloud.clock.now();
  sayPipeline(world, execution, status.toUpperCase());
}

function entranceOf(pipeline: Pipeline, stage: string): Entrance {
  const found = pipeline.entrances.get(stage) ?? { waiting: [] };
  pipeline.entrances.set(stage, found);
  return found;
}

/**
 * Waits until the stage is free; answers false when a newer execution, or a stop, ended the wait. One execution is in a
 * stage at a time; behind it the newest waits (SUPERSEDED) or all in order (QUEUED); in PARALLEL nobody waits
 * (docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html).
 */
function enter(world: World, pipeline: Pipeline, at: { execution: Execution; stage: string }): Promise<boolean> {
  const { execution, stage } = at;
  const entrance = entranceOf(pipeline, stage);
  if (execution.declaration.executionMode === 'PARALLEL') return Promise.resolve(true);
  if (entrance.inside === undefined) {
    entrance.inside = execution;
    return Promise.resolve(true);
  }
  const superseded = execution.declaration.executionMode === 'SUPERSEDED' ? entrance.waiting.splice(0) : [];
  for (const older of superseded) {
    finish(world, older.execution, 'Superseded');
    older.admit(false);
  }
  return new Promise((admit) => entrance.waiting.push({ execution, admit }));
}

function leave(pipeline: Pipeline, execution: Execution, stage: string): void {
  const entrance = entranceOf(pipeline, stage);
  if (entrance.inside !== execution) return;
  const next = entrance.waiting.shift();
  if (next === undefined) delete entrance.inside;
  else {
    entrance.inside = next.execution;
    next.admit(true);
  }
}

/** Takes an execution out of the queue it waits in, if it waits; answers whether it did. */
function dequeue(pipeline: Pipeline, execution: Execution): boolean {
  for (const entrance of pipeline.entrances.values()) {
    const found = entrance.waiting.find((waiting) => waiting.execution === execution);
    if (found === undefined) continue;
    entrance.waiting.splice(entrance.waiting.indexOf(found), 1);
    found.admit(false);
    return true;
  }
  return false;
}

/** Runs an execution from a stage on, to its end. `done` are the actions of that first stage that need not run again. */
export async function execute(
  world: World,
  pipeline: Pipeline,
  from: { execution: Execution; stage: string; done: Set<string> },
): Promise<void> {
  const { execution } = from;
  const { stages } = execution.declaration;
  const todo = stages.slice(stages.findIndex(({ name }) => name === from.stage));
  for (const stage of todo) {
    if (execution.status === 'Stopping') return finish(world, execution, 'Stopped');
    if (!(await enter(world, pipeline, { execution, stage: stage.name }))) return;
    const ended = await through(world, pipeline, { execution, stage, done: stage === todo[0] ? from.done : new Set() });
    if (ended !== 'Succeeded') return finish(world, execution, ended);
  }
  finish(world, execution, 'Succeeded');
}

async function through(
  world: World,
  pipeline: Pipeline,
  at: { execution: Execution; stage: Stage; done: Set<string> },
): Promise<'Succeeded' | 'Failed' | 'Stopped'> {
  try {
    return await runStage(world, at.execution, at);
  } finally {
    leave(pipeline, at.execution, at.stage.name);
  }
}

/** Stops an execution: abandoning leaves what runs to itself, waiting lets it end; nothing further is begun. */
export function stop(world: World, pipeline: Pipeline, what: { execution: Execution; abandon: boolean }): void {
  const { execution, abandon } = what;
  if (dequeue(pipeline, execution)) {
    finish(world, execution, 'Stopped');
    return;
  }
  execution.status = 'Stopping';
  execution.changed = world.cloud.clock.now();
  sayPipeline(world, execution, 'STOPPING');
  if (abandon) for (const run of execution.actions) run.abandon();
}
