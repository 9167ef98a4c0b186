import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Cloud } from '../cloud.ts';
import { type Call, defineOperation, type Operation } from '../service.ts';
import type { Build } from './build.ts';

/** Variables in plain text; those from Parameter Store and Secrets Manager are not covered. */
export const environmentVariablesSchema = z.array(
  z.strictObject({ name: z.string().min(1), value: z.string(), type: z.literal('PLAINTEXT').optional() }),
);

/** Where a build's output goes: `location` is the bucket, `name` the key. */
export const artifactsSchema = z.strictObject({
  type: z.enum(['CODEPIPELINE', 'S3', 'NO_ARTIFACTS']),
  location: z.string().optional(),
  name: z.string().optional(),
  packaging: z.literal('ZIP').optional(),
});

const createProjectSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9\-_]{1,149}$/),
  description: z.string().max(255).optional(),
  source: z.strictObject({
    type: z.enum(['CODEPIPELINE', 'S3', 'NO_SOURCE']),
    location: z.string().optional(),
    buildspec: z.string().optional(),
  }),
  artifacts: artifactsSchema,
  environment: z.strictObject({
    type: z.string().min(1),
    image: z.string().min(1),
    computeType: z.string().min(1),
    privilegedMode: z.boolean().default(false),
    environmentVariables: environmentVariablesSchema.default([]),
    imagePullCredentialsType: z.enum(['CODEBUILD', 'SERVICE_ROLE']).optional(),
  }),
  serviceRole: z.string().min(1),
  encryptionKey: z.string().min(1).optional(),
  timeoutInMinutes: z.int().min(5).max(2160).default(60),
  queuedTimeoutInMinutes: z.int().min(5).max(480).default(480),
  logsConfig: z
    .strictObject({
      cloudWatchLogs: z
        .strictObject({
          status: z.enum(['ENABLED', 'DISABLED']),
          groupName: z.string().optional(),
          streamName: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
  tags: z.array(z.strictObject({ key: z.string(), value: z.string() })).optional(),
});

/** A project as it was created; without `encryptionKey` its artifacts are encrypted with the account's aws/s3 key. */
export interface CodeBuildProject extends z.infer<typeof createProjectSchema> {
  account: string;
  region: string;
  arn: string;
  created: number;
  builds: Build[];
}

export interface CodeBuild {
  cloud: Cloud;
  byArn: Map<string, CodeBuildProject>;
  /** A build that takes longer than this on the wall clock is killed. */
  limitMs: number;
}

export const projectArn = ({ caller, region }: Call, name: string): string =>
  `arn:aws:codebuild:${region}:${caller.account}:project/${name}`;

/** The key that a project's artifacts are encrypted with, as BatchGetProjects says it. */
export const encryptionKeyOf = ({ encryptionKey, region, account }: CodeBuildProject): string =>
  encryptionKey ?? `arn:aws:kms:${region}:${account}:alias/aws/s3`;

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

async function createProject({ cloud, byArn }: CodeBuild, input: z.infer<typeof createProjectSchema>, call: Call) {
  const arn = projectArn(call, input.name);
  await call.allow('codebuild:CreateProject', arn);
  await call.allow('iam:PassRole', input.serviceRole, {
    context: { 'iam:PassedToService': 'codebuild.amazonaws.com' },
  });
  if (byArn.has(arn)) throw new AwsError('ResourceAlreadyExistsException', `Project already exists: ${arn}`);
  const { region, caller } = call;
  const project = { ...input, account: caller.account, region, arn, created: cloud.clock.now(), builds: [] };
  byArn.set(arn, project);
  return { project: projectView(project) };
}

/** Only what a project's artifacts depend on can be changed here. */
const updateProjectSchema = createProjectSchema
  .pick({ name: true })
  .extend({ artifacts: artifactsSchema.optional(), encryptionKey: z.string().min(1).optional() });

async function updateProject({ byArn }: CodeBuild, input: z.infer<typeof updateProjectSchema>, call: Call) {
  const arn = projectArn(call, input.name);
  await call.allow('codebuild:UpdateProject', arn);
  const project = byArn.get(arn);
  if (project === undefined) throw new AwsError('ResourceNotFoundException', `Project cannot be found: ${arn}`);
  Object.assign(project, input);
  return { project: projectView(project) };
}

const batchGetProjectsSchema = z.strictObject({ names: z.array(z.string()).min(1).max(100) });

async function batchGetProjects({ byArn }: CodeBuild, input: z.infer<typeof batchGetProjectsSchema>, call: Call) {
  const found = input.names.map((name) => ({ name, project: byArn.get(projectArn(call, name)) }));
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
