import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { buildId, buildView } from './build.ts';
import { projectArn } from './project.ts';
import { artifactsSchema, environmentVariablesSchema } from './project-input.ts';
import { runBuild } from './run-build.ts';
import type { Build, CodeBuild, CodeBuildProject } from './state.ts';

const startBuildSchema = z.strictObject({
  projectName: z.string().min(1),
  sourceVersion: z.string().optional(),
  sourceTypeOverride: z.enum(['CODEPIPELINE', 'S3', 'NO_SOURCE']).optional(),
  sourceLocationOverride: z.string().optional(),
  buildspecOverride: z.string().optional(),
  artifactsOverride: artifactsSchema.optional(),
  environmentVariablesOverride: environmentVariablesSchema.default([]),
  /** A parameter that AWS does not have. With it, the embedded CodePipeline identifies its pipeline. */
  initiatorOverride: z.string().optional(),
});

type StartBuildInput = z.infer<typeof startBuildSchema>;

function newBuild(
  { cloud }: CodeBuild,
  project: CodeBuildProject,
  { input, call }: { input: StartBuildInput; call: Call },
): Build {
  const { source, environment } = project;
  const buildspec = input.buildspecOverride ?? source.buildspec;
  const given = new Map<string, string>();
  for (const { name, value } of [...environment.environmentVariables, ...input.environmentVariablesOverride])
    given.set(name, value);
  return {
    uuid: cloud.uuid(),
    number: project.builds.length + 1,
    project,
    started: cloud.clock.now(),
    status: 'IN_PROGRESS',
    currentPhase: 'SUBMITTED',
    phases: [],
    initiator: input.initiatorOverride ?? call.caller.arn.split('/').slice(-1)[0] ?? '',
    source: {
      type: input.sourceTypeOverride ?? source.type,
      location: input.sourceLocationOverride ?? source.location,
      ...(buildspec === undefined ? {} : { buildspec }),
    },
    sourceVersion: input.sourceVersion,
    artifacts: input.artifactsOverride ?? project.artifacts,
    environment: [...given].map(([name, value]) => ({ name, value })),
    exported: {},
    log: [],
  };
}

async function startBuild(projects: CodeBuild, input: StartBuildInput, call: Call) {
  const arn = projectArn(call, input.projectName);
  await call.allow('codebuild:StartBuild', arn);
  const project = projects.projectsByArn.get(arn);
  if (project === undefined) throw new AwsError('ResourceNotFoundException', `Project cannot be found: ${arn}`);
  const build = newBuild(projects, project, { input, call });
  if (build.source.type === 'CODEPIPELINE' && build.source.location === undefined)
    throw new AwsError('InvalidInputException', 'Project source type CODEPIPELINE can only be started by CodePipeline');
  project.builds.push(build);
  const answer = { build: buildView(build) };
  void projects.cloud.clock.freezeDuring(runBuild(projects.cloud, build, projects.wallLimitMs));
  return answer;
}

const batchGetBuildsSchema = z.strictObject({ ids: z.array(z.string()).min(1).max(100) });

async function batchGetBuilds(projects: CodeBuild, input: z.infer<typeof batchGetBuildsSchema>, call: Call) {
  const find = (id: string): Build | undefined => {
    const { builds = [] } = projects.projectsByArn.get(projectArn(call, id.split(':')[0] ?? '')) ?? {};
    return builds.find((build) => buildId(build) === id);
  };
  for (const id of input.ids) await call.allow('codebuild:BatchGetBuilds', projectArn(call, id.split(':')[0] ?? ''));
  return {
    builds: input.ids.flatMap((id) => find(id) ?? []).map(buildView),
    buildsNotFound: input.ids.filter((id) => find(id) === undefined),
  };
}

/** StartBuild and BatchGetBuilds. */
export const buildOperations = (projects: CodeBuild): Record<string, Operation> => ({
  StartBuild: defineOperation(startBuildSchema, (input, call) => startBuild(projects, input, call)),
  BatchGetBuilds: defineOperation(batchGetBuildsSchema, (input, call) => batchGetBuilds(projects, input, call)),
});
