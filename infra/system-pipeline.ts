import type { ServiceConfig, TargetConfig } from '../core/config/check.ts';
import { deploymentRoleArn } from '../core/config/targets.ts';
import { fitName } from './fit-name.ts';
import { actionTypeVersion, type Installation } from './installation.ts';

/** The parts of CodePipeline's PipelineDeclaration that Gantry sets, as the JSON of CreatePipeline. */
export interface PipelineDeclaration {
  name: string;
  roleArn: string;
  pipelineType: 'V2';
  executionMode: 'QUEUED';
  artifactStore: { type: 'S3'; location: string; encryptionKey: { id: string; type: 'KMS' } };
  stages: { name: string; actions: ActionDeclaration[] }[];
}

export interface ActionDeclaration {
  name: string;
  actionTypeId: { category: string; owner: 'AWS' | 'Custom'; provider: string; version: string };
  runOrder: number;
  configuration: Record<string, string>;
  inputArtifacts: { name: string }[];
  outputArtifacts: { name: string }[];
  namespace?: string;
}

/** The pipeline: source, build, then each target in its order, after an approval if one is configured. */
export const declarePipeline = (installation: Installation): PipelineDeclaration => ({
  name: installation.names.pipeline,
  roleArn: installation.role(installation.names.of('pipeline')),
  pipelineType: 'V2',
  // Every release reaches the targets, one after the other. A newer release never overtakes an older one between test and prod.
  executionMode: 'QUEUED',
  // The key's ARN and not its alias: an alias is looked up in the caller's own account (CodePipeline API, EncryptionKey).
  artifactStore: {
    type: 'S3',
    location: installation.names.bucket,
    encryptionKey: { id: installation.key, type: 'KMS' },
  },
  stages: [
    { name: 'Source', actions: [declareSourceAction(installation)] },
    { name: 'Build', actions: [declareBuildAction(installation)] },
    ...installation.config.targets.map((target) => ({
      name: `Deploy-${target.name}`,
      actions: [
        ...(target.approval ? [declareApprovalAction(target)] : []),
        ...target.services.map((service) => declareDeployAction(installation, target, service)),
      ],
    })),
  ],
});

function declareSourceAction({ config: { source } }: Installation): ActionDeclaration {
  const rest = {
    name: 'Source',
    runOrder: 1,
    inputArtifacts: [],
    outputArtifacts: [{ name: 'Source' }],
    namespace: 'Source',
  };
  if (source.type === 's3')
    return {
      ...rest,
      actionTypeId: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' },
      configuration: { S3Bucket: source.bucket, S3ObjectKey: source.key, PollForSourceChanges: 'true' },
    };
  return {
    ...rest,
    actionTypeId: { category: 'Source', owner: 'AWS', provider: 'CodeStarSourceConnection', version: '1' },
    configuration: {
      ConnectionArn: source.connection,
      FullRepositoryId: source.repository,
      BranchName: source.branch,
      OutputArtifactFormat: 'CODE_ZIP',
      DetectChanges: 'true',
    },
  };
}

const declareBuildAction = (installation: Installation): ActionDeclaration => ({
  name: 'Build',
  actionTypeId: { category: 'Build', owner: 'AWS', provider: 'CodeBuild', version: '1' },
  runOrder: 1,
  configuration: { ProjectName: installation.names.project },
  inputArtifacts: [{ name: 'Source' }],
  outputArtifacts: [{ name: 'Build' }],
});

const declareApprovalAction = (target: TargetConfig): ActionDeclaration => ({
  name: 'Approve',
  actionTypeId: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' },
  runOrder: 1,
  configuration: { CustomData: `Deploy this release to ${target.name} (account ${target.account}, ${target.region})?` },
  inputArtifacts: [],
  outputArtifacts: [],
});

const declareDeployAction = (
  installation: Installation,
  target: TargetConfig,
  service: ServiceConfig,
): ActionDeclaration => ({
  // botocore codepipeline `ActionName`.
  name: fitName(`Deploy-${service.name}`, 100),
  actionTypeId: {
    category: 'Deploy',
    owner: 'Custom',
    provider: installation.names.provider,
    version: actionTypeVersion,
  },
  runOrder: target.approval ? 2 : 1,
  configuration: {
    ClusterName: target.cluster,
    ServiceName: service.name,
    FileName: service.fileName,
    DeploymentTimeout: String(service.timeoutMinutes),
    ...(service.bakeMinutes === 0 ? {} : { BakeMinutes: String(service.bakeMinutes) }),
    RoleArn: deploymentRoleArn(target, installation.stage),
    Region: target.region,
    ...(target.externalId === undefined ? {} : { ExternalId: target.externalId }),
  },
  inputArtifacts: [{ name: 'Build' }],
  outputArtifacts: [],
});
