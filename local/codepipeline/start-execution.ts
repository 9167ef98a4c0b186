import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call } from '../cloud.ts';
import { resourceNameSchema } from './declaration.ts';
import type { PipelineExecution } from './execution.ts';
import { publishPipelineState } from './publish-state.ts';
import { runExecution } from './run-execution.ts';
import { type CodePipeline, codePipelineArn, getAuthorizedPipeline, type Pipeline } from './state.ts';

export const startPipelineExecutionSchema = z.strictObject({
  name: resourceNameSchema,
  variables: z.array(z.strictObject({ name: z.string(), value: z.string().min(1).max(1000) })).optional(),
  clientRequestToken: z
    .string()
    .regex(/^[a-zA-Z0-9-]{1,128}$/)
    .optional(),
});

type StartPipelineExecutionInput = z.infer<typeof startPipelineExecutionSchema>;

/**
 * Returns the pipeline's own variables: the value given at the start, or else the default. Throws ValidationException for an
 * unknown one.
 */
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

/** Creates an execution of the pipeline as it is declared now. */
export function createExecution(
  codePipeline: CodePipeline,
  pipeline: Pipeline,
  from: { variables: Record<string, string>; by: string },
) {
  const now = codePipeline.cloud.clock.now();
  const id = codePipeline.cloud.uuid();
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

export const runInBackground = (
  codePipeline: CodePipeline,
  pipeline: Pipeline,
  from: { execution: PipelineExecution; stage: string; done: Set<string> },
) => {
  runExecution(codePipeline, pipeline, from).catch((error: unknown) => console.error(error));
};

/** Starts an execution; a repeated request with the same client request token starts nothing. */
export async function startExecution(
  codePipeline: CodePipeline,
  tokens: Map<string, string>,
  { input, call }: { input: StartPipelineExecutionInput; call: Call },
) {
  const pipeline = await getAuthorizedPipeline(codePipeline, input.name, call);
  const token = input.clientRequestToken && `${codePipelineArn(codePipeline, input.name)}/${input.clientRequestToken}`;
  const before = token && tokens.get(token);
  if (before) return { pipelineExecutionId: before };
  const variables = pipelineVariables(pipeline, input.variables ?? []);
  const execution = createExecution(codePipeline, pipeline, { variables, by: call.caller.arn });
  if (token) tokens.set(token, execution.id);
  publishPipelineState(codePipeline, execution, 'STARTED');
  runInBackground(codePipeline, pipeline, {
    execution,
    stage: execution.declaration.stages[0]?.name ?? '',
    done: new Set(),
  });
  return { pipelineExecutionId: execution.id };
}
