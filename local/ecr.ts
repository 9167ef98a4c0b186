import type { AwsService, Cloud } from './cloud.ts';
import { imageDeletionOperations } from './ecr/delete-images.ts';
import { imageListOperations } from './ecr/image-lists.ts';
import { imageOperations } from './ecr/images.ts';
import { layerOperations } from './ecr/layers.ts';
import { repositoryOperations } from './ecr/repositories.ts';
import type { Ecr } from './ecr/state.ts';
import { uploadOperations } from './ecr/uploads.ts';

/** The embedded ECR: registries of image manifests, with a policy for each repository. Layers have digests but no bytes. */
export function ecr(cloud: Cloud): AwsService {
  const state: Ecr = { cloud, repositories: new Map(), uploads: new Map() };
  return {
    name: 'ecr',
    protocol: 'json',
    jsonVersion: '1.1',
    operations: {
      ...repositoryOperations(state),
      ...imageOperations(state),
      ...imageDeletionOperations(state),
      ...imageListOperations(state),
      ...layerOperations(state),
      ...uploadOperations(state),
    },
  };
}
