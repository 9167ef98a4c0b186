import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import { type Call, defineOperation, type Operation } from '../service.ts';
import { resourceNameSchema } from './declaration.ts';
import { findLastActionExecution, type PipelineExecution } from './execution.ts';
import { publishPipelineState } from './publish-state.ts';
import { runExecution, stopRunningExecution } from './run-execution.ts';
import {
  type CodePipeline,
  codePipelineArn,
  getAuthorizedPipeline,
  getExecution,
  getPipeline,
  type Pipeline,
} from './state.ts';

const startPipelineExecutionSchema = z.strictObject({
  name: resourceNameSchema,
  variables: z.array(z.strictObject({ name: z.string(), value: z.string().min(1).max(1000) })).optional(),
  clientRequestToken: z
    .string()
    .regex(/^[a-zA-Z0-9-]{1,128}$/)
    .optional(),
});

type StartPipelineExecutionInput = z.infer<typeof startPipelineExecutionSchema>;

/** The pipeline's own variables: what was given at the start, else the default. Throws ValidationException for any other. */
function pipelineVariables(
  { declaration }: Pipeline,
  given: NonNullable<StartPipelineExecutionInput['variables']>,
): Record<string, string> {
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

function createExecution(
  world: CodePipeline,
  pipeline: Pipeline,
  from: { variables: Record<string, string>; by: string },
) {
  const now = world.cloud.clock.now();
  const id = world.cloud.uuid();
  const execution: PipelineExecution = {
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

const runInBackground = (
  world: CodePipeline,
  pipeline: Pipeline,
  from: { execution: PipelineExecution; stage: string; done: Set<string> },
) => {
  runExecution(world, pipeline, from).catch((error: unknown) => console.error(error));
};

/** Executions by the token of the request that started them: a repeated request starts nothing. */
async function startExecution(
  world: CodePipeline,
  tokens: Map<string, string>,
  { input, call }: { input: StartPipelineExecutionInput; call: Call },
) {
  const pipeline = await getAuthorizedPipeline(world, input.name, call);
  const token = input.clientRequestToken && `${codePipelineArn(world, input.name)}/${input.clientRequestToken}`;
  const before = token && tokens.get(token);
  if (before) return { pipelineExecutionId: before };
  const variables = pipelineVariables(pipeline, input.variables ?? []);
  const execution = createExecution(world, pipeline, { variables, by: call.caller.arn });
  if (token) tokens.set(token, execution.id);
  publishPipelineState(world, execution, 'STARTED');
  runInBackground(world, pipeline, { execution, stage: execution.declaration.stages[0]?.name ?? '', done: new Set() });
  return { pipelineExecutionId: execution.id };
}

const executionKeyFields = { pipelineName: resourceNameSchema, pipelineExecutionId: z.string() };
const stopPipelineExecutionSchema = z.strictObject({
  ...executionKeyFields,
  abandon: z.boolean().default(false),
  reason: z.string().max(200).optional(),
});

async function stopExecution(world: CodePipeline, input: z.infer<typeof stopPipelineExecutionSchema>, call: Call) {
  const pipeline = await getAuthorizedPipeline(world, input.pipelineName, call);
  const execution = getExecution(pipeline, input.pipelineExecutionId);
  if (execution.status === 'Stopping' && !input.abandon)
    throw new AwsError('DuplicatedStopRequestException', 'The pipeline execution is already in a Stopping state');
  if (execution.status !== 'InProgress' && execution.status !== 'Stopping')
    throw new AwsError(
      'PipelineExecutionNotStoppableException',
      `The pipeline execution is in the state ${execution.status} and cannot be stopped`,
    );
  execution.stopReason = input.reason;
  stopRunningExecution(world, pipeline, { execution, abandon: input.abandon });
  return { pipelineExecutionId: execution.id };
}

const retryStageExecutionSchema = z.strictObject({
  ...executionKeyFields,
  stageName: resourceNameSchema,
  retryMode: z.enum(['FAILED_ACTIONS', 'ALL_ACTIONS']),
});

async function retryStage(world: CodePipeline, input: z.infer<typeof retryStageExecutionSchema>, call: Call) {
  const { pipelineName, stageName, pipelineExecutionId, retryMode } = input;
  await call.allow('codepipeline:RetryStageExecution', codePipelineArn(world, `${pipelineName}/${stageName}`));
  const pipeline = getPipeline(world, pipelineName);
  const execution = getExecution(pipeline, pipelineExecutionId);
  const stage = execution.declaration.stages.find(({ name }) => name === stageName);
  if (stage === undefined)
    throw new AwsError('StageNotFoundException', `Pipeline '${pipelineName}' has no stage '${stageName}'`);
  const status = execution.stages.get(stageName);
  if (status !== 'Failed' && status !== 'Stopped')
    throw new AwsError('StageNotRetryableException', `Stage '${stageName}' is ${status ?? 'not started'}, not failed`);
  const succeeded = stage.actions.filter(
    ({ name }) => findLastActionExecution(execution, stageName, name)?.status === 'Succeeded',
  );
  const done = retryMode === 'ALL_ACTIONS' ? [] : succeeded.map(({ name }) => name);
  execution.status = 'InProgress';
  publishPipelineState(world, execution, 'RESUMED');
  runInBackground(world, pipeline, { execution, stage: stageName, done: new Set(done) });
  return { pipelineExecutionId };
}

/** StartPipelineExecution, StopPipelineExecution, RetryStageExecution. */
export function executionOperations(worldFor: (call: Call) => CodePipeline): Record<string, Operation> {
  const tokens = new Map<string, string>();
  return {
    StartPipelineExecution: defineOperation(startPipelineExecutionSchema, (input, call) =>
      startExecution(worldFor(call), tokens, { input, call }),
    ),
    StopPipelineExecution: defineOperation(stopPipelineExecutionSchema, (input, call) =>
      stopExecution(worldFor(call), input, call),
    ),
    RetryStageExecution: defineOperation(retryStageExecutionSchema, (input, call) =>
      retryStage(worldFor(call), input, call),
    ),
  };
}
