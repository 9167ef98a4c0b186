import { actionType } from './action-type.ts';
import { createArtifactBucket } from './artifact-bucket.ts';
import { createProject } from './build.ts';
import { createImageRepository } from './image-repository.ts';
import { type ArtifactKey, key, plan } from './plan.ts';
import { findCreatedRole } from './roles.ts';
import type { CreatedPipelineDeclaration } from './system.ts';
import type { ActionDeclaration } from './system-pipeline.ts';

/** The pipelines that Gantry creates, each with its bucket, repository and build project. */
export const pipelines = plan.pipelines.flatMap((one) => (key === undefined ? [] : [createPipeline(one, key)]));

function createPipeline({ bucket, repository, project, pipeline }: CreatedPipelineDeclaration, key: ArtifactKey) {
  const { name, roleArn, pipelineType, executionMode, artifactStore, stages } = pipeline;
  const role = findCreatedRole(roleArn);
  const store = createArtifactBucket(name, bucket, key);
  const images = createImageRepository(name, repository);
  const build = createProject(name, project, key);
  const made = new aws.codepipeline.Pipeline(
    `Pipeline-${name}`,
    {
      name,
      roleArn: role.arn,
      pipelineType,
      executionMode,
      artifactStores: [
        {
          type: artifactStore.type,
          location: store.bucket,
          encryptionKey: { type: artifactStore.encryptionKey.type, id: key.arn },
        },
      ],
      stages: stages.map((stage) => ({ name: stage.name, actions: stage.actions.map(toPulumiAction) })),
    },
    { dependsOn: [...role.dependsOn, store.policy, build, actionType] },
  );
  return { name, pipeline: made.name, artifacts: store.bucket, images };
}

function toPulumiAction({ actionTypeId, inputArtifacts, outputArtifacts, ...action }: ActionDeclaration) {
  return {
    ...action,
    ...actionTypeId,
    inputArtifacts: inputArtifacts.map((artifact) => artifact.name),
    outputArtifacts: outputArtifacts.map((artifact) => artifact.name),
  };
}
