import type { RepositoryDeclaration } from './system-build.ts';

/** Creates the image repository of a pipeline and returns its URL. */
export function createImageRepository(pipeline: string, planned: RepositoryDeclaration) {
  const repository = new aws.ecr.Repository(
    `Images-${pipeline}`,
    {
      name: planned.name,
      imageTagMutability: planned.imageTagMutability,
      imageScanningConfiguration: { scanOnPush: planned.scanOnPush },
    },
    { retainOnDelete: true },
  );
  new aws.ecr.LifecyclePolicy(`ImagesLifecycle-${pipeline}`, {
    repository: repository.name,
    policy: JSON.stringify(planned.lifecycle),
  });
  if (planned.policy)
    new aws.ecr.RepositoryPolicy(`ImagesPolicy-${pipeline}`, {
      repository: repository.name,
      policy: JSON.stringify(planned.policy),
    });
  return repository.repositoryUrl;
}
