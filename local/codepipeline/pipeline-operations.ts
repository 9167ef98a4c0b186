import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import { type Call, type Operation, operation } from '../service.ts';
import { actionTypeOf } from './action-type.ts';
import { checkDeclaration } from './check-declaration.ts';
import { type Action, type Declaration, declaration, named } from './declaration.ts';
import { arnOf, type Pipeline, pipelineFor, seconds, type World } from './world.ts';

const tags = z.array(z.strictObject({ key: z.string().min(1).max(128), value: z.string().max(256) })).optional();

/** Secret properties are shown to nobody but the job's worker (botocore ActionConfigurationProperty.secret). */
export function masked(world: World, action: Action, configuration: Record<string, string>): Record<string, string> {
  const properties = actionTypeOf(world, action.actionTypeId)?.actionConfigurationProperties ?? [];
  const secret = new Set(properties.filter((property) => property.secret).map(({ name }) => name));
  return Object.fromEntries(
    Object.entries(configuration).map(([name, value]) => [name, secret.has(name) ? '****' : value]),
  );
}

const shown = (world: World, { declaration: { stages, ...rest }, version }: Pipeline) => ({
  ...rest,
  version,
  stages: stages.map((stage) => ({
    ...stage,
    actions: stage.actions.map((action) => ({ ...action, configuration: masked(world, action, action.configuration) })),
  })),
});

async function passRoles(call: Call, { roleArn, stages }: Declaration): Promise<void> {
  const context = { 'iam:PassedToService': 'codepipeline.amazonaws.com' };
  const roles = new Set([
    roleArn,
    ...stages.flatMap(({ actions }) => actions.flatMap((action) => action.roleArn ?? [])),
  ]);
  for (const role of roles) await call.allow('iam:PassRole', role, { context });
}

async function create(world: World, given: Declaration, call: Call) {
  await call.allow('codepipeline:CreatePipeline', arnOf(world, given.name));
  await passRoles(call, given);
  if (world.pipelines.has(given.name))
    throw new AwsError('PipelineNameInUseException', `A pipeline with the name '${given.name}' already exists`);
  checkDeclaration(world, given);
  const now = world.cloud.clock.now();
  const pipeline: Pipeline = {
    declaration: given,
    version: 1,
    created: now,
    updated: now,
    executions: [],
    entrances: new Map(),
  };
  world.pipelines.set(given.name, pipeline);
  return { pipeline: shown(world, pipeline) };
}

async function update(world: World, given: Declaration, call: Call) {
  const pipeline = await pipelineFor(world, given.name, call);
  await passRoles(call, given);
  checkDeclaration(world, given);
  pipeline.declaration = given;
  pipeline.version += 1;
  pipeline.updated = world.cloud.clock.now();
  return { pipeline: shown(world, pipeline) };
}

async function get(world: World, name: string, call: Call) {
  const pipeline = await pipelineFor(world, name, call);
  const { created, updated } = pipeline;
  const metadata = { pipelineArn: arnOf(world, name), created: seconds(created), updated: seconds(updated) };
  return { pipeline: shown(world, pipeline), metadata };
}

const summary = ({ declaration: { name, pipelineType, executionMode }, version, created, updated }: Pipeline) => ({
  name,
  version,
  pipelineType,
  executionMode,
  created: seconds(created),
  updated: seconds(updated),
});

/** CreatePipeline, UpdatePipeline, GetPipeline, ListPipelines. A new pipeline does not start by itself, as it would on AWS. */
export const pipelineOperations = (worldFor: (call: Call) => World): Record<string, Operation> => ({
  CreatePipeline: operation(z.strictObject({ pipeline: declaration, tags }), (input, call) =>
    create(worldFor(call), input.pipeline, call),
  ),
  UpdatePipeline: operation(z.strictObject({ pipeline: declaration }), (input, call) =>
    update(worldFor(call), input.pipeline, call),
  ),
  GetPipeline: operation(z.strictObject({ name: named }), (input, call) => get(worldFor(call), input.name, call)),
  ListPipelines: operation(z.strictObject({ maxResults: z.int().min(1).max(1000).optional() }), async (_, call) => {
    await call.allow('codepipeline:ListPipelines', '*');
    return { pipelines: [...worldFor(call).pipelines.values()].map(summary) };
  }),
});
