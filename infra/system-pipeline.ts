import type { TargetConfig } from '../core/config/check.ts';
import { listDeployStages } from '../core/config/deploy-stages.ts';
import { buildArtifactName } from '../core/config/resource-names.ts';
import type { ServiceSettings } from '../core/config/service-settings.ts';
import type { SourceConfig } from '../core/config/source-schema.ts';
import { deploymentRoleArn } from '../core/config/targets.ts';
import { actionTypeVersion } from './action-type-version.ts';
import type { CreatedPipeline } from './created-pipeline.ts';
import { fitName } from './fit-name.ts';
import type { Installation } from './installation.ts';

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

/** A pipeline: source, build, then a stage for each target of its `deploys`, after an approval if the target asks for one. */
export const declarePipeline = (installation: Installation, pipeline: CreatedPipeline): PipelineDeclaration => ({
  name: pipeline.names.pipeline,
  roleArn: pipeline.role,
  pipelineType: 'V2',
  // Every release reaches the targets, one after the other. A newer release never overtakes an older release between test and prod.
  executionMode: 'QUEUED',
  // The key's ARN and not its alias: an alias is looked up in the caller's own account (CodePipeline API, EncryptionKey).
  artifactStore: { type: 'S3', location: pipeline.names.bucket, encryptionKey: { id: installation.key, type: 'KMS' } },
  stages: [
    { name: 'Source', actions: [declareSourceAction(pipeline.config.source)] },
    { name: 'Build', actions: [declareBuildAction(pipeline)] },
    ...listDeployStages(installation.config, pipeline.config).map(({ target, services }) => ({
      name: `Deploy-${target.name}`,
      actions: [
        ...(target.approval ? [declareApprovalAction(target)] : []),
        ...services.map((service) => declareDeployAction(installation, target, service)),
      ],
    })),
  ],
});

function declareSourceAction(source: SourceConfig): ActionDeclaration {
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

const declareBuildAction = ({ names }: CreatedPipeline): ActionDeclaration => ({
  name: 'Build',
  actionTypeId: { category: 'Build', owner: 'AWS', provider: 'CodeBuild', version: '1' },
  runOrder: 1,
  configuration: { ProjectName: names.project },
  inputArtifacts: [{ name: 'Source' }],
  outputArtifacts: [{ name: buildArtifactName }],
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
  service: ServiceSettings,
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
  inputArtifacts: [{ name: buildArtifactName }],
  outputArtifacts: [],
  namespace: fitName(`Deploy-${target.name}-${service.name}`, 100),
});
