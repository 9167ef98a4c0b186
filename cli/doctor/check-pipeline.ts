import { formatArn } from '../../core/parsing/partition.ts';
import type { CreatedPipelineDeclaration, SystemDeclaration } from '../../infra/system.ts';
import { assumeRoleRequests } from './assume-by-service.ts';
import type { Check } from './check-result.ts';
import { type PipelineFacts, pipelineFacts } from './facts.ts';
import { createPermissionCheck } from './permission-check.ts';
import { createResourceCheck } from './resource-check.ts';

/** A created pipeline: its role, its artifact store, and the configuration of its deploy actions. */
export const pipelineChecks = (system: SystemDeclaration, created: CreatedPipelineDeclaration): Check[] => [
  checkPipelineExists(created),
  ...roleChecks(system, created),
  ...artifactStoreChecks(system, created),
  ...created.pipeline.stages.filter(isDeployStage).map((stage) => checkDeployStage(created, stage)),
];

type Stage = CreatedPipelineDeclaration['pipeline']['stages'][number];

const customActions = ({ actions }: Stage) => actions.filter(({ actionTypeId }) => actionTypeId.owner === 'Custom');

const isDeployStage = (stage: Stage): boolean => customActions(stage).length > 0;

const checkPipelineExists = (created: CreatedPipelineDeclaration): Check => {
  const { pipeline } = created;
  return createResourceCheck({
    link: 'pipeline',
    about: pipeline.name,
    title: `the pipeline ${pipeline.name} exists and uses its role`,
    onlyLive: true,
    read: (facts) => pipelineFacts(facts, created).pipeline,
    wrong: ({ roleArn }) =>
      roleArn === pipeline.roleArn
        ? undefined
        : {
            says: `the pipeline uses the role ${roleArn}, which is not the declared one`,
            policy: `pipeline ${pipeline.name}`,
            statement: 'roleArn',
            fix: `set roleArn to ${pipeline.roleArn}`,
          },
    reportsMissing: { policy: `pipeline ${pipeline.name}`, statement: 'none', fix: 'deploy the build account again' },
  });
};

function roleChecks({ account, region }: SystemDeclaration, created: CreatedPipelineDeclaration): Check[] {
  const { pipeline, project } = created;
  const arn = formatArn('codebuild', { account, region }, `project/${project.name}`);
  const [by, about] = [pipeline.roleArn, pipeline.name];
  return [
    createPermissionCheck({
      link: 'pipeline',
      about,
      who: 'CodePipeline',
      what: 'assume the pipeline role',
      asks: assumeRoleRequests('CodePipeline', { account, region, roles: [by] }),
    }),
    createPermissionCheck({
      link: 'pipeline',
      about,
      who: 'the pipeline role',
      what: 'start the build and poll it',
      asks: [{ by, region, actions: ['codebuild:StartBuild', 'codebuild:BatchGetBuilds'], on: [arn] }],
    }),
  ];
}

function artifactStoreChecks({ key }: SystemDeclaration, created: CreatedPipelineDeclaration): Check[] {
  const { bucket, pipeline } = created;
  const [about, keyArn] = [pipeline.name, key?.arn ?? 'none'];
  const store = (field: string, says: string, value: string) => ({
    says,
    policy: `pipeline ${pipeline.name}`,
    statement: `artifactStore.${field}`,
    fix: `set artifactStore.${field} to ${value}`,
  });
  return [
    createResourceCheck({
      link: 'pipeline',
      about,
      title: 'the pipeline keeps its artifacts in the artifact bucket',
      read: (facts) => pipelineFacts(facts, created).pipeline,
      wrong: (found) =>
        found.bucket === bucket.name
          ? undefined
          : store('location', `the pipeline keeps its artifacts in another bucket, ${found.bucket}`, bucket.name),
    }),
    createResourceCheck({
      link: 'pipeline',
      about,
      title: "the pipeline encrypts its artifacts with the artifact key, by the key's ARN",
      read: (facts) => pipelineFacts(facts, created).pipeline,
      wrong: (found) => {
        const says = findKeyProblem(found, keyArn);
        return says === undefined ? undefined : store('encryptionKey.id', says, keyArn);
      },
    }),
  ];
}

function findKeyProblem({ key }: PipelineFacts, arn: string): string | undefined {
  if (key === arn) return undefined;
  if (key === undefined) return 'the pipeline names no key: it encrypts with aws/s3, which no other account can use';
  if (key.includes('alias/'))
    return `the pipeline names its key by the alias ${key}, which no other account can resolve`;
  return `the pipeline encrypts with another key than the artifact key, ${key}`;
}

/** Only the deploy actions are compared. Approvals and other actions in the stage belong to the team. */
const checkDeployStage = (created: CreatedPipelineDeclaration, declared: Stage): Check =>
  createResourceCheck({
    link: 'pipeline',
    about: declared.name.replace(/^Deploy-/, ''),
    title: `the stage ${declared.name} deploys as it is configured`,
    read: (facts) => pipelineFacts(facts, created).pipeline,
    wrong: ({ stages }) => {
      const found = stages.find(({ name }) => name === declared.name);
      const differing = customActions(declared).find((action) => !hasConfiguredAction(found, action));
      return differing === undefined
        ? undefined
        : {
            says: `the stage ${declared.name} has no action that deploys as ${differing.name} is configured`,
            policy: `pipeline ${created.pipeline.name}`,
            statement: `stage ${declared.name}, action ${differing.name}`,
            fix: `set the action's configuration to ${JSON.stringify(differing.configuration)}`,
          };
    },
  });

const hasConfiguredAction = (
  stage: PipelineFacts['stages'][number] | undefined,
  { configuration }: { configuration: Record<string, string> },
): boolean =>
  (stage?.actions ?? []).some((action) =>
    Object.entries(configuration).every(([name, value]) => action.configuration[name] === value),
  );
