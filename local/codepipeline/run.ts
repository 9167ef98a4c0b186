import { approval } from './approval.ts';
import { newArtifact } from './artifact.ts';
import { codeBuild } from './build.ts';
import type { Action, Stage } from './declaration.ts';
import { type ActionExecution, ActionFailure, type Execution, lastRun, type Outcome } from './execution.ts';
import { custom, isOpen, jobsOf, lambda } from './job-work.ts';
import { sayAction, sayStage } from './say.ts';
import { connection, s3 } from './source.ts';
import { resolved } from './variables.ts';
import type { Provider, Work } from './work.ts';
import type { World } from './world.ts';

/** AWS's own providers that are covered, by `Category/Provider`. */
const providers: Record<string, Provider> = {
  'Source/S3': s3,
  'Source/CodeStarSourceConnection': connection,
  'Build/CodeBuild': codeBuild,
  'Test/CodeBuild': codeBuild,
  'Invoke/Lambda': lambda,
  'Approval/Manual': approval,
};

/** What does an action's work, if that is covered. */
export const providerOf = ({ actionTypeId }: Action): Provider | undefined =>
  actionTypeId.owner === 'Custom' ? custom : providers[`${actionTypeId.category}/${actionTypeId.provider}`];

function begin(world: World, execution: Execution, at: { stage: Stage; action: Action }): ActionExecution {
  const { action, stage } = at;
  const now = world.cloud.clock.now();
  const run: ActionExecution = {
    id: world.cloud.uuid(),
    stage: stage.name,
    action,
    status: 'InProgress',
    started: now,
    changed: now,
    configuration: action.configuration,
    inputs: action.inputArtifacts.flatMap(({ name }) => execution.artifacts.get(name) ?? []),
    outputs: action.outputArtifacts.map(({ name }) => newArtifact(world, execution.declaration, name)),
    abandon: () => {},
  };
  execution.actions.push(run);
  return run;
}

/** What an error says in the console: an ActionFailure its own code, anything else a failed job. */
const failed = (error: unknown): Outcome => ({
  status: 'Failed',
  errorDetails: {
    code: error instanceof ActionFailure ? error.code : 'JobFailed',
    message: error instanceof Error ? error.message : String(error),
  },
});

async function attempt(work: Work): Promise<Outcome> {
  const { run, execution } = work;
  const missing = run.action.inputArtifacts.find(({ name }) => !execution.artifacts.has(name));
  if (missing !== undefined)
    throw new ActionFailure('ConfigurationError', `The input artifact ${missing.name} was not produced.`);
  run.configuration = resolved(run.action.configuration, execution);
  const provider = providerOf(run.action);
  if (provider === undefined) throw new ActionFailure('ConfigurationError', 'This provider is not covered.');
  return provider(work);
}

function conclude({ world, execution, run }: Work, { status, ...said }: Outcome): void {
  Object.assign(run, said, { status, changed: world.cloud.clock.now() });
  execution.changed = run.changed;
  const { namespace } = run.action;
  if (status === 'Succeeded') {
    for (const artifact of run.outputs) execution.artifacts.set(artifact.name, artifact);
    if (namespace !== undefined) execution.variables.set(namespace, said.outputVariables ?? {});
  }
  sayAction(world, execution, run);
}

/** Runs one action to its end. The event STARTED comes when its job, if it has one, can be polled. */
async function runAction(world: World, execution: Execution, at: { stage: Stage; action: Action }): Promise<void> {
  const run = begin(world, execution, at);
  const work = { world, execution, run };
  const abandoned = new Promise<Outcome>((resolve) => {
    run.abandon = () => resolve({ status: 'Abandoned' });
  });
  const going = attempt(work).catch(failed);
  sayAction(world, execution, run);
  const outcome = await Promise.race([going, abandoned]);
  for (const job of jobsOf(work)) if (isOpen(job)) job.status = 'Failed';
  conclude(work, outcome);
}

const groups = ({ actions }: Stage): Action[][] =>
  [...Map.groupBy(actions, ({ runOrder }) => runOrder)].sort(([a], [b]) => a - b).map(([, group]) => group);

/** How a stage stands after a group of actions: only a stop or a failed action ends it early. */
function standing(execution: Execution, stage: Stage, group: Action[]): 'Succeeded' | 'Failed' | 'Stopped' {
  if (execution.status === 'Stopping') return 'Stopped';
  const all = group.map(({ name }) => lastRun(execution, stage.name, name)?.status);
  if (all.includes('Abandoned')) return 'Stopped';
  return all.every((status) => status === 'Succeeded') ? 'Succeeded' : 'Failed';
}

/** Runs a stage's actions by run order, except those in `done`, and answers how the stage ended. */
export async function runStage(
  world: World,
  execution: Execution,
  at: { stage: Stage; done: Set<string> },
): Promise<'Succeeded' | 'Failed' | 'Stopped'> {
  const { stage, done } = at;
  let ended: 'Succeeded' | 'Failed' | 'Stopped' = 'Succeeded';
  execution.stages.set(stage.name, 'InProgress');
  sayStage(world, execution, { stage: stage.name, state: 'STARTED' });
  for (const group of groups(stage)) {
    const todo = group.filter(({ name }) => !done.has(name));
    await Promise.all(todo.map((action) => runAction(world, execution, { stage, action })));
    ended = standing(execution, stage, group);
    if (ended !== 'Succeeded') break;
  }
  execution.stages.set(stage.name, ended);
  sayStage(world, execution, { stage: stage.name, state: ended.toUpperCase() });
  return ended;
}
