import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { placeOf, regionalArn } from '../partition.ts';
import { artifactsSchema, createProjectSchema } from './project-input.ts';
import type { CodeBuild, CodeBuildProject } from './state.ts';

export const projectArn = (call: Call, name: string): string =>
  regionalArn('codebuild', placeOf(call), `project/${name}`);

/** Returns the key that encrypts a project's artifacts, in the format of BatchGetProjects. */
export const encryptionKeyOf = ({ encryptionKey, ...project }: CodeBuildProject): string =>
  encryptionKey ?? regionalArn('kms', project, 'alias/aws/s3');

const projectView = (project: CodeBuildProject) => {
  const { account, region, builds, created, ...rest } = project;
  return {
    ...rest,
    encryptionKey: encryptionKeyOf(project),
    created: created / 1000,
    lastModified: created / 1000,
    badge: { badgeEnabled: false },
  };
};

async function createProject(
  { cloud, projectsByArn }: CodeBuild,
  input: z.infer<typeof createProjectSchema>,
  call: Call,
) {
  const arn = projectArn(call, input.name);
  await call.allow('codebuild:CreateProject', arn);
  await call.allow('iam:PassRole', input.serviceRole, {
    context: { 'iam:PassedToService': 'codebuild.amazonaws.com' },
  });
  if (projectsByArn.has(arn)) throw new AwsError('ResourceAlreadyExistsException', `Project already exists: ${arn}`);
  const { region, caller } = call;
  const project = { ...input, account: caller.account, region, arn, created: cloud.clock.now(), builds: [] };
  projectsByArn.set(arn, project);
  return { project: projectView(project) };
}

/** UpdateProject can change only the settings that determine a project's artifacts. */
const updateProjectSchema = createProjectSchema
  .pick({ name: true })
  .extend({ artifacts: artifactsSchema.optional(), encryptionKey: z.string().min(1).optional() });

async function updateProject({ projectsByArn }: CodeBuild, input: z.infer<typeof updateProjectSchema>, call: Call) {
  const arn = projectArn(call, input.name);
  await call.allow('codebuild:UpdateProject', arn);
  const project = projectsByArn.get(arn);
  if (project === undefined) throw new AwsError('ResourceNotFoundException', `Project cannot be found: ${arn}`);
  Object.assign(project, input);
  return { project: projectView(project) };
}

const batchGetProjectsSchema = z.strictObject({ names: z.array(z.string()).min(1).max(100) });

async function batchGetProjects(
  { projectsByArn }: CodeBuild,
  input: z.infer<typeof batchGetProjectsSchema>,
  call: Call,
) {
  const found = input.names.map((name) => ({ name, project: projectsByArn.get(projectArn(call, name)) }));
  for (const { name } of found) await call.allow('codebuild:BatchGetProjects', projectArn(call, name));
  return {
    projects: found.flatMap(({ project }) => (project === undefined ? [] : [projectView(project)])),
    projectsNotFound: found.filter(({ project }) => project === undefined).map(({ name }) => name),
  };
}

/** CreateProject, UpdateProject and BatchGetProjects. */
export const projectOperations = (projects: CodeBuild): Record<string, Operation> => ({
  CreateProject: defineOperation(createProjectSchema, (input, call) => createProject(projects, input, call)),
  UpdateProject: defineOperation(updateProjectSchema, (input, call) => updateProject(projects, input, call)),
  BatchGetProjects: defineOperation(batchGetProjectsSchema, (input, call) => batchGetProjects(projects, input, call)),
});
