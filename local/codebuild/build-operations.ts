import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import { type Call, type Operation, operation } from '../service.ts';
import { type Build, idOf, shown } from './build.ts';
import { artifacts, environmentVariables, type Project, type Projects, projectArn } from './project.ts';
import { runBuild } from './run.ts';

const startBuild = z.strictObject({
  projectName: z.string().min(1),
  sourceVersion: z.string().optional(),
  sourceTypeOverride: z.enum(['CODEPIPELINE', 'S3', 'NO_SOURCE']).optional(),
  sourceLocationOverride: z.string().optional(),
  buildspecOverride: z.string().optional(),
  artifactsOverride: artifacts.optional(),
  environmentVariablesOverride: environmentVariables.default([]),
  /** Internal: AWS has no such parameter; CodePipeline says here which pipeline it is. */
  initiatorOverride: z.string().optional(),
});

type Start = z.infer<typeof startBuild>;

function newBuild({ cloud }: Projects, project: Project, { input, call }: { input: Start; call: Call }): Build {
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

async function start(projects: Projects, input: Start, call: Call) {
  const arn = projectArn(call, input.projectName);
  await call.allow('codebuild:StartBuild', arn);
  const project = projects.byArn.get(arn);
  if (project === undefined) throw new AwsError('ResourceNotFoundException', `Project cannot be found: ${arn}`);
  const build = newBuild(projects, project, { input, call });
  if (build.source.type === 'CODEPIPELINE' && build.source.location === undefined)
    throw new AwsError('InvalidInputException', 'Project source type CODEPIPELINE can only be started by CodePipeline');
  project.builds.push(build);
  const answer = { build: shown(build) };
  void projects.cloud.clock.work(runBuild(projects.cloud, build, projects.limitMs));
  return answer;
}

const ids = z.strictObject({ ids: z.array(z.string()).min(1).max(100) });

async function batchGet(projects: Projects, input: z.infer<typeof ids>, call: Call) {
  const find = (id: string): Build | undefined => {
    const { builds = [] } = projects.byArn.get(projectArn(call, id.split(':')[0] ?? '')) ?? {};
    return builds.find((build) => idOf(build) === id);
  };
  for (const id of input.ids) await call.allow('codebuild:BatchGetBuilds', projectArn(call, id.split(':')[0] ?? ''));
  return {
    builds: input.ids.flatMap((id) => find(id) ?? []).map(shown),
    buildsNotFound: input.ids.filter((id) => find(id) === undefined),
  };
}

/** StartBuild and BatchGetBuilds. */
export const buildOperations = (projects: Projects): Record<string, Operation> => ({
  StartBuild: operation(startBuild, (input, call) => start(projects, input, call)),
  BatchGetBuilds: operation(ids, (input, call) => batchGet(projects, input, call)),
});
