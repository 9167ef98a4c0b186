import { type ActionProvider, checkPipelineRole } from './action-provider.ts';
import { manualApprovalProvider } from './approval.ts';
import { createArtifact } from './artifact.ts';
import { codeBuildProvider } from './codebuild-provider.ts';
import type { ActionDeclaration, StageDeclaration } from './declaration.ts';
import {
  type ActionExecution,
  ActionFailure,
  type ActionOutcome,
  findLastActionExecution,
  type PipelineExecution,
} from './execution.ts';
import { customActionProvider, findJobs, isJobOpen, lambdaInvokeProvider } from './job-providers.ts';
import { publishActionState, publishStageState } from './publish-state.ts';
import { connectionSourceProvider, s3SourceProvider } from './source-providers.ts';
import type { ActionContext, CodePipeline } from './state.ts';
import { resolveVariables } from './variables.ts';

/** The supported AWS providers, by `Category/Provider`. */
const providers: Record<string, ActionProvider> = {
  'Source/S3': s3SourceProvider,
  'Source/CodeStarSourceConnection': connectionSourceProvider,
  'Build/CodeBuild': codeBuildProvider,
  'Test/CodeBuild': codeBuildProvider,
  'Invoke/Lambda': lambdaInvokeProvider,
  'Approval/Manual': manualApprovalProvider,
};

/** Finds the provider that performs an action, if the emulator supports it. */
export const findProvider = ({ actionTypeId }: ActionDeclaration): ActionProvider | undefined =>
  actionTypeId.owner === 'Custom'
    ? customActionProvider
    : providers[`${actionTypeId.category}/${actionTypeId.provider}`];

function startAction(
  codePipeline: CodePipeline,
  execution: PipelineExecution,
  at: { stage: StageDeclaration; action: ActionDeclaration },
): ActionExecution {
  const { action, stage } = at;
  const now = codePipeline.cloud.clock.now();
  const run: ActionExecution = {
    id: codePipeline.cloud.uuid(),
    stage: stage.name,
    action,
    status: 'InProgress',
    started: now,
    changed: now,
    configuration: action.configuration,
    inputs: action.inputArtifacts.flatMap(({ name }) => execution.artifacts.get(name) ?? []),
    outputs: action.outputArtifacts.map(({ name }) => createArtifact(codePipeline, execution.declaration, name)),
    abandon: () => {},
  };
  execution.actions.push(run);
  return run;
}

/** The outcome that the console shows for an error: an ActionFailure has its own code, any other error is a failed job. */
const failureOutcome = (error: unknown): ActionOutcome => ({
  status: 'Failed',
  errorDetails: {
    code: error instanceof ActionFailure ? error.code : 'JobFailed',
    message: error instanceof Error ? error.message : String(error),
  },
});

async function runProvider(context: ActionContext): Promise<ActionOutcome> {
  const { run, execution } = context;
  const missing = run.action.inputArtifacts.find(({ name }) => !execution.artifacts.has(name));
  if (missing !== undefined)
    throw new ActionFailure('ConfigurationError', `The input artifact ${missing.name} was not produced.`);
  run.configuration = resolveVariables(run.action.configuration, execution);
  const provider = findProvider(run.action);
  if (provider === undefined) throw new ActionFailure('ConfigurationError', 'This provider is not covered.');
  return provider(context);
}

function finishAction({ codePipeline, execution, run }: ActionContext, { status, ...details }: ActionOutcome): void {
  Object.assign(run, details, { status, changed: codePipeline.cloud.clock.now() });
  execution.changed = run.changed;
  const { namespace } = run.action;
  if (status === 'Succeeded') {
    for (const artifact of run.outputs) execution.artifacts.set(artifact.name, artifact);
    if (namespace !== undefined) execution.variables.set(namespace, details.outputVariables ?? {});
  }
  publishActionState(codePipeline, execution, run);
}

/** Runs one action to its end. If the action has a job, the STARTED event is published only when the job can be polled. */
async function runAction(
  codePipeline: CodePipeline,
  execution: PipelineExecution,
  at: { stage: StageDeclaration; action: ActionDeclaration },
): Promise<void> {
  const run = startAction(codePipeline, execution, at);
  const context = { codePipeline, execution, run };
  const abandoned = new Promise<ActionOutcome>((resolve) => {
    run.abandon = () => resolve({ status: 'Abandoned' });
  });
  const refused = await codePipeline.cloud.clock.freezeDuring(checkPipelineRole(context));
  const running = refused === undefined ? runProvider(context).catch(failureOutcome) : failureOutcome(refused);
  publishActionState(codePipeline, execution, run);
  const outcome = await Promise.race([running, abandoned]);
  for (const job of findJobs(context)) if (isJobOpen(job)) job.status = 'Failed';
  finishAction(context, outcome);
}

const runOrderGroups = ({ actions }: StageDeclaration): ActionDeclaration[][] =>
  [...Map.groupBy(actions, ({ runOrder }) => runOrder)].sort(([a], [b]) => a - b).map(([, group]) => group);

/** Returns a stage's status after a group of actions: only a stop or a failed action ends the stage early. */
function stageStatusAfter(
  execution: PipelineExecution,
  stage: StageDeclaration,
  group: ActionDeclaration[],
): 'Succeeded' | 'Failed' | 'Stopped' {
  if (execution.status === 'Stopping') return 'Stopped';
  const all = group.map(({ name }) => findLastActionExecution(execution, stage.name, name)?.status);
  if (all.includes('Abandoned')) return 'Stopped';
  return all.every((status) => status === 'Succeeded') ? 'Succeeded' : 'Failed';
}

/** Runs a stage's actions by run order, except those in `done`, and resolves with the stage's final status. */
export async function runStage(
  codePipeline: CodePipeline,
  execution: PipelineExecution,
  at: { stage: StageDeclaration; done: Set<string> },
): Promise<'Succeeded' | 'Failed' | 'Stopped'> {
  const { stage, done } = at;
  let ended: 'Succeeded' | 'Failed' | 'Stopped' = 'Succeeded';
  execution.stages.set(stage.name, 'InProgress');
  publishStageState(codePipeline, execution, { stage: stage.name, state: 'STARTED' });
  for (const group of runOrderGroups(stage)) {
    const todo = group.filter(({ name }) => !done.has(name));
    await Promise.all(todo.map((action) => runAction(codePipeline, execution, { stage, action })));
    ended = stageStatusAfter(execution, stage, group);
    if (ended !== 'Succeeded') break;
  }
  execution.stages.set(stage.name, ended);
  publishStageState(codePipeline, execution, { stage: stage.name, state: ended.toUpperCase() });
  return ended;
}
