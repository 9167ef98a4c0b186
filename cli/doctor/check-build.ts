import type { SourceConfig } from '../../core/config/source-schema.ts';
import { formatArn, formatBucketArn } from '../../core/parsing/partition.ts';
import type { CreatedPipelineDeclaration, SystemDeclaration } from '../../infra/system.ts';
import { assumeRoleRequests } from './assume-by-service.ts';
import type { Check } from './check-result.ts';
import { type ProjectFacts, pipelineFacts } from './facts.ts';
import { createPermissionCheck } from './permission-check.ts';
import { createResourceCheck } from './resource-check.ts';

/** Source and build of a created pipeline: the repository that the pipeline reads, and the project that builds the image. */
export const buildChecks = (
  system: SystemDeclaration,
  created: CreatedPipelineDeclaration,
  source: SourceConfig,
): Check[] => [
  ...sourceChecks(system, created, source),
  ...buildRoleChecks(system, created),
  ...projectChecks(system, created),
];

function sourceChecks(system: SystemDeclaration, created: CreatedPipelineDeclaration, source: SourceConfig): Check[] {
  const { pipeline } = created;
  const [by, about] = [pipeline.roleArn, pipeline.name];
  const configuration = pipeline.stages[0]?.actions[0]?.configuration;
  const asks = sourceReadRequests(source, system.region).map((ask) => ({ ...ask, by, region: system.region }));
  return [
    createPermissionCheck({ link: 'source', about, who: 'the pipeline role', what: 'read the source', asks }),
    createResourceCheck({
      link: 'source',
      about,
      title: 'the pipeline begins with the configured source',
      read: (facts) => pipelineFacts(facts, created).pipeline,
      wrong: ({ stages }) => {
        const found = stages[0]?.actions[0]?.configuration;
        if (sortedJson(found) === sortedJson(configuration)) return undefined;
        return {
          says: `the pipeline begins with another source, ${JSON.stringify(found)}`,
          policy: `pipeline ${pipeline.name}`,
          statement: 'stage Source',
          fix: `set the action's configuration to ${JSON.stringify(configuration)}`,
        };
      },
    }),
  ];
}

const sortedJson = (map: Record<string, string> = {}): string => JSON.stringify(Object.entries(map).sort());

function sourceReadRequests(source: SourceConfig, region: string): { actions: string[]; on: string[] }[] {
  if (source.type === 'connection') {
    const [, , service] = source.connection.split(':');
    return [{ actions: [`${service}:UseConnection`], on: [source.connection] }];
  }
  const bucket = formatBucketArn(region, source.bucket);
  return [
    { actions: ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning'], on: [bucket] },
    {
      actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTagging', 's3:GetObjectVersionTagging'],
      on: [`${bucket}/${source.key}`],
    },
  ];
}

const pushActions = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
  'ecr:PutImage',
];

function buildRoleChecks({ account, region }: SystemDeclaration, created: CreatedPipelineDeclaration): Check[] {
  const { project, repository, pipeline } = created;
  const [by, about] = [project.serviceRole, pipeline.name];
  const group = formatArn('logs', { account, region }, `log-group:${project.logsConfig.cloudWatchLogs.groupName}`);
  const may = (what: string, actions: string[], on: string[]) =>
    createPermissionCheck({ link: 'build', about, who: 'the build role', what, asks: [{ by, region, actions, on }] });
  return [
    createPermissionCheck({
      link: 'build',
      about,
      who: 'CodeBuild',
      what: 'assume the build role',
      asks: assumeRoleRequests('CodeBuild', { account, region, roles: [by] }),
    }),
    may('write its log', ['logs:CreateLogStream', 'logs:PutLogEvents'], [`${group}:log-stream:build`]),
    may('log in to the registry', ['ecr:GetAuthorizationToken'], ['*']),
    may('push the image', pushActions, [repository.arn]),
  ];
}

function projectChecks({ key }: SystemDeclaration, created: CreatedPipelineDeclaration): Check[] {
  const { project } = created;
  const check = (
    title: string,
    field: keyof ProjectFacts,
    needs: { value: string | boolean; because: string },
  ): Check =>
    createResourceCheck({
      link: 'build',
      about: created.pipeline.name,
      title,
      read: (facts) => pipelineFacts(facts, created).project,
      wrong: (found) =>
        found[field] === needs.value
          ? undefined
          : {
              says: `${needs.because}; found ${found[field] ?? 'none'}`,
              policy: `CodeBuild project ${project.name}`,
              statement: projectFieldNames[field],
              fix: `set ${projectFieldNames[field]} to ${needs.value}`,
            },
    });
  return [
    check('the project builds as the build role', 'role', {
      value: project.serviceRole,
      because: 'the project uses a role other than the declared one',
    }),
    check('the project takes its source from the pipeline', 'source', {
      value: 'CODEPIPELINE',
      because: 'the project does not take its source from the pipeline',
    }),
    check('the project gives its output to the pipeline', 'artifacts', {
      value: 'CODEPIPELINE',
      because: 'the project does not give its output to the pipeline',
    }),
    check('the project encrypts its output with the artifact key', 'encryptionKey', {
      value: key?.arn ?? 'none',
      because: 'the project does not encrypt its output with the artifact key, so other accounts cannot read it',
    }),
    check('the project may run docker', 'privileged', {
      value: true,
      because: 'the project may not run docker',
    }),
  ];
}

/** The names of the fields in CodeBuild's API. */
const projectFieldNames: Record<keyof ProjectFacts, string> = {
  role: 'serviceRole',
  encryptionKey: 'encryptionKey',
  source: 'source.type',
  artifacts: 'artifacts.type',
  privileged: 'environment.privilegedMode',
};
