import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { findActionType } from './action-type.ts';
import { checkDeclaration } from './check-declaration.ts';
import { type ActionDeclaration, type Declaration, declarationSchema, resourceNameSchema } from './declaration.ts';
import { stopRunningExecution } from './run-execution.ts';
import { type CodePipeline, codePipelineArn, getAuthorizedPipeline, type Pipeline, toSeconds } from './state.ts';

const tagsSchema = z.array(z.strictObject({ key: z.string().min(1).max(128), value: z.string().max(256) })).optional();

/** Masks secret properties, because only the job's worker is allowed to see them (botocore ActionConfigurationProperty.secret). */
export function maskSecrets(
  codePipeline: CodePipeline,
  action: ActionDeclaration,
  configuration: Record<string, string>,
): Record<string, string> {
  const properties = findActionType(codePipeline, action.actionTypeId)?.actionConfigurationProperties ?? [];
  const secret = new Set(properties.filter((property) => property.secret).map(({ name }) => name));
  return Object.fromEntries(
    Object.entries(configuration).map(([name, value]) => [name, secret.has(name) ? '****' : value]),
  );
}

const pipelineView = (codePipeline: CodePipeline, { declaration: { stages, ...rest }, version }: Pipeline) => ({
  ...rest,
  version,
  stages: stages.map((stage) => ({
    ...stage,
    actions: stage.actions.map((action) => ({
      ...action,
      configuration: maskSecrets(codePipeline, action, action.configuration),
    })),
  })),
});

async function authorizePassRoles(call: Call, { roleArn, stages }: Declaration): Promise<void> {
  const context = { 'iam:PassedToService': 'codepipeline.amazonaws.com' };
  const roles = new Set([
    roleArn,
    ...stages.flatMap(({ actions }) => actions.flatMap((action) => action.roleArn ?? [])),
  ]);
  for (const role of roles) await call.allow('iam:PassRole', role, { context });
}

async function createPipeline(codePipeline: CodePipeline, given: Declaration, call: Call) {
  await call.allow('codepipeline:CreatePipeline', codePipelineArn(codePipeline, given.name));
  await authorizePassRoles(call, given);
  if (codePipeline.pipelines.has(given.name))
    throw new AwsError('PipelineNameInUseException', `A pipeline with the name '${given.name}' already exists`);
  checkDeclaration(codePipeline, given);
  const now = codePipeline.cloud.clock.now();
  const pipeline: Pipeline = {
    declaration: given,
    version: 1,
    created: now,
    updated: now,
    executions: [],
    stageQueues: new Map(),
  };
  codePipeline.pipelines.set(given.name, pipeline);
  return { pipeline: pipelineView(codePipeline, pipeline) };
}

async function updatePipeline(codePipeline: CodePipeline, given: Declaration, call: Call) {
  const pipeline = await getAuthorizedPipeline(codePipeline, given.name, call);
  await authorizePassRoles(call, given);
  checkDeclaration(codePipeline, given);
  pipeline.declaration = given;
  pipeline.version += 1;
  pipeline.updated = codePipeline.cloud.clock.now();
  return { pipeline: pipelineView(codePipeline, pipeline) };
}

async function getPipelineWithMetadata(codePipeline: CodePipeline, name: string, call: Call) {
  const pipeline = await getAuthorizedPipeline(codePipeline, name, call);
  const { created, updated } = pipeline;
  const metadata = {
    pipelineArn: codePipelineArn(codePipeline, name),
    created: toSeconds(created),
    updated: toSeconds(updated),
  };
  return { pipeline: pipelineView(codePipeline, pipeline), metadata };
}

const pipelineSummary = ({
  declaration: { name, pipelineType, executionMode },
  version,
  created,
  updated,
}: Pipeline) => ({
  name,
  version,
  pipelineType,
  executionMode,
  created: toSeconds(created),
  updated: toSeconds(updated),
});

/** Deleting a pipeline that does not exist succeeds: the operation has no error for it (botocore codepipeline DeletePipeline). */
async function deletePipeline(codePipeline: CodePipeline, name: string, call: Call): Promise<void> {
  await call.allow('codepipeline:DeletePipeline', codePipelineArn(codePipeline, name));
  const pipeline = codePipeline.pipelines.get(name);
  for (const execution of pipeline?.executions ?? [])
    if (pipeline && (execution.status === 'InProgress' || execution.status === 'Stopping'))
      stopRunningExecution(codePipeline, pipeline, { execution, abandon: true });
  codePipeline.pipelines.delete(name);
}

/** CreatePipeline, UpdatePipeline, GetPipeline, ListPipelines, DeletePipeline. Unlike on AWS, a new pipeline does not start by itself. */
export const pipelineOperations = (worldFor: (call: Call) => CodePipeline): Record<string, Operation> => ({
  CreatePipeline: defineOperation(z.strictObject({ pipeline: declarationSchema, tags: tagsSchema }), (input, call) =>
    createPipeline(worldFor(call), input.pipeline, call),
  ),
  UpdatePipeline: defineOperation(z.strictObject({ pipeline: declarationSchema }), (input, call) =>
    updatePipeline(worldFor(call), input.pipeline, call),
  ),
  GetPipeline: defineOperation(z.strictObject({ name: resourceNameSchema }), (input, call) =>
    getPipelineWithMetadata(worldFor(call), input.name, call),
  ),
  DeletePipeline: defineOperation(z.strictObject({ name: resourceNameSchema }), (input, call) =>
    deletePipeline(worldFor(call), input.name, call),
  ),
  ListPipelines: defineOperation(
    z.strictObject({ maxResults: z.int().min(1).max(1000).optional() }),
    async (_, call) => {
      await call.allow('codepipeline:ListPipelines', '*');
      return { pipelines: [...worldFor(call).pipelines.values()].map(pipelineSummary) };
    },
  ),
});
