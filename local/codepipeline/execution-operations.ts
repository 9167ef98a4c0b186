import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import { type Call, type Operation, operation } from '../service.ts';
import { named } from './declaration.ts';
import { execute, stop } from './execute.ts';
import { type Execution, lastRun } from './execution.ts';
import { sayPipeline } from './say.ts';
import { arnOf, executionIn, type Pipeline, pipelineFor, pipelineNamed, type World } from './world.ts';

const startPipelineExecution = z.strictObject({
  name: named,
  variables: z.array(z.strictObject({ name: z.string(), value: z.string().min(1).max(1000) })).optional(),
  clientRequestToken: z
    .string()
    .regex(/^[a-zA-Z0-9-]{1,128}$/)
    .optional(),
});

type Start = z.infer<typeof startPipelineExecution>;

/** The pipeline's own variables: what was given at the start, else the default. Throws ValidationException for any other. */
function pipelineVariables({ declaration }: Pipeline, given: NonNullable<Start['variables']>): Record<string, string> {
  const declared = declaration.variables ?? [];
  const unknown = given.find(({ name }) => !declared.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new AwsError('ValidationException', `Pipeline variable '${unknown.name}' is not declared in the pipeline`);
  const values: Record<string, string> = {};
  for (const { name, defaultValue } of declared) {
    const value = given.find((one) => one.name === name)?.value ?? defaultValue;
    if (value === undefined)
      throw new AwsError('ValidationException', `Value for the pipeline variable '${name}' is missing`);
    values[name] = value;
  }
  return values;
}

function newExecution(world: World, pipeline: Pipeline, from: { variables: Record<string, string>; by: string }) {
  const now = world.cloud.clock.now();
  const id = world.cloud.uuid();
  const execution: Execution = {
    id,
    declaration: pipeline.declaration,
    version: pipeline.version,
    status: 'InProgress',
    started: now,
    changed: now,
    triggerDetail: from.by,
    stages: new Map(),
    actions: [],
    artifacts: new Map(),
    variables: new Map([
      ['codepipeline', { PipelineExecutionId: id }],
      ['variables', from.variables],
    ]),
    revisions: [],
  };
  pipeline.executions.push(execution);
  return execution;
}

const run = (world: World, pipeline: Pipeline, from: { execution: Execution; stage: string; done: Set<string> }) => {
  execute(world, pipeline, from).catch((error: unknown) => console.error(error));
};

/** Executions by the token of the request that started them: a repeated request starts nothing. */
async function start(world: World, tokens: Map<string, string>, { input, call }: { input: Start; call: Call }) {
  const pipeline = await pipelineFor(world, input.name, call);
  const token = input.clientRequestToken && `${arnOf(world, input.name)}/${input.clientRequestToken}`;
  const before = token && tokens.get(token);
  if (before) return { pipelineExecutionId: before };
  const variables = pipelineVariables(pipeline, input.variables ?? []);
  const execution = newExecution(world, pipeline, { variables, by: call.caller.arn });
  if (token) tokens.set(token, execution.id);
  sayPipeline(world, execution, 'STARTED');
  run(world, pipeline, { execution, stage: execution.declaration.stages[0]?.name ?? '', done: new Set() });
  return { pipelineExecutionId: execution.id };
}

const which = { pipelineName: named, pipelineExecutionId: z.string() };
const stopInput = z.strictObject({
  ...which,
  abandon: z.boolean().default(false),
  reason: z.string().max(200).optional(),
});

async function stopExecution(world: World, input: z.infer<typeof stopInput>, call: Call) {
  const pipeline = await pipelineFor(world, input.pipelineName, call);
  const execution = executionIn(pipeline, input.pipelineExecutionId);
  if (execution.status === 'Stopping' && !input.abandon)
    throw new AwsError('DuplicatedStopRequestException', 'The pipeline execution is already in a Stopping state');
  if (execution.status !== 'InProgress' && execution.status !== 'Stopping')
    throw new AwsError(
      'PipelineExecutionNotStoppableException',
      `The pipeline execution is in the state ${execution.status} and cannot be stopped`,
    );
  execution.stopReason = input.reason;
  stop(world, pipeline, { execution, abandon: input.abandon });
  return { pipelineExecutionId: execution.id };
}

const retryInput = z.strictObject({ ...which, stageName: named, retryMode: z.enum(['FAILED_ACTIONS', 'ALL_ACTIONS']) });

async function retry(world: World, input: z.infer<typeof retryInput>, call: Call) {
  const { pipelineName, stageName, pipelineExecutionId, retryMode } = input;
  await call.allow('codepipeline:RetryStageExecution', arnOf(world, `${pipelineName}/${stageName}`));
  const pipeline = pipelineNamed(world, pipelineName);
  const execution = executionIn(pipeline, pipelineExecutionId);
  const stage = execution.declaration.stages.find(({ name }) => name === stageName);
  if (stage === undefined)
    throw new AwsError('StageNotFoundException', `Pipeline '${pipelineName}' has no stage '${stageName}'`);
  const status = execution.stages.get(stageName);
  if (status !== 'Failed' && status !== 'Stopped')
    throw new AwsError('StageNotRetryableException', `Stage '${stageName}' is ${status ?? 'not started'}, not failed`);
  const succeeded = stage.actions.filter(({ name }) => lastRun(execution, stageName, name)?.status === 'Succeeded');
  const done = retryMode === 'ALL_ACTIONS' ? [] : succeeded.map(({ name }) => name);
  execution.status = 'InProgress';
  sayPipeline(world, execution, 'RESUMED');
  run(world, pipeline, { execution, stage: stageName, done: new Set(done) });
  return { pipelineExecutionId };
}

/** StartPipelineExecution, StopPipelineExecution, RetryStageExecution. */
export function executionOperations(worldFor: (call: Call) => World): Record<string, Operation> {
  const tokens = new Map<string, string>();
  return {
    StartPipelineExecution: operation(startPipelineExecution, (input, call) =>
      start(worldFor(call), tokens, { input, call }),
    ),
    StopPipelineExecution: operation(stopInput, (input, call) => stopExecution(worldFor(call), input, call)),
    RetryStageExecution: operation(retryInput, (input, call) => retry(worldFor(call), input, call)),
  };
}
