import { bucket, bucketPolicy } from './artifacts.ts';
import { project } from './build.ts';
import { key, plan } from './plan.ts';
import { findCreatedRole } from './roles.ts';
import type { ActionDeclaration } from './system-pipeline.ts';

const { provider, version, category, settings, ...rest } = plan.actionType;

/** The custom action type. It has no update: any change replaces it, which is why it has a version. */
export const actionType = new aws.codepipeline.CustomActionType('Action', {
  category,
  providerName: provider,
  version,
  settings,
  configurationProperties: rest.configurationProperties,
  inputArtifactDetails: rest.inputArtifactDetails,
  outputArtifactDetails: rest.outputArtifactDetails,
});

const { name, roleArn, pipelineType, executionMode, artifactStore, stages } = plan.pipeline;
const role = findCreatedRole(roleArn);

/** The pipeline. */
export const pipeline = new aws.codepipeline.Pipeline(
  'Pipeline',
  {
    name,
    roleArn: role.arn,
    pipelineType,
    executionMode,
    artifactStores: [
      {
        type: artifactStore.type,
        location: bucket.bucket,
        encryptionKey: { type: artifactStore.encryptionKey.type, id: key.arn },
      },
    ],
    stages: stages.map((stage) => ({ name: stage.name, actions: stage.actions.map(toPulumiAction) })),
  },
  { dependsOn: [...role.dependsOn, bucketPolicy, project, actionType] },
);

function toPulumiAction({ actionTypeId, inputArtifacts, outputArtifacts, ...action }: ActionDeclaration) {
  return {
    ...action,
    ...actionTypeId,
    inputArtifacts: inputArtifacts.map((artifact) => artifact.name),
    outputArtifacts: outputArtifacts.map((artifact) => artifact.name),
  };
}
