import {
  BatchCheckLayerAvailabilityCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  ECRClient,
  InitiateLayerUploadCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import {
  type DockerImage,
  exitWithError,
  loadDockerState,
  saveDockerState,
  sha256,
  withDefaultTag,
} from './docker-state.ts';

/** Matches a reference to a private ECR registry, whose host contains account and Region. */
const ecrReference =
  /^(?<registry>(?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?)\/(?<repository>[^:@]+):(?<tag>[^:@]+)$/;

/** Returns what docker prints for an error of the registry. */
const dockerErrorText = (error: unknown, repository: string): string => {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  if (name === 'RepositoryNotFoundException')
    return `name unknown: The repository with name '${repository}' does not exist in the registry`;
  if (name === 'ImageTagAlreadyExistsException') return `tag invalid: ${message}`;
  return /AccessDenied/.test(name) ? `denied: ${message}` : `unknown: ${message}`;
};

/** `docker push`: uploads the layer if it is missing, then puts the manifest, with the permissions of the environment's credentials. */
export async function dockerPush(reference: string | undefined): Promise<void> {
  if (reference === undefined) exitWithError("'docker push' requires 1 argument");
  const whole = withDefaultTag(reference);
  const {
    registry = '',
    account = '',
    region = '',
    repository = '',
    tag = '',
  } = ecrReference.exec(whole)?.groups ?? {};
  if (registry === '') exitWithError(`${reference}: only private ECR repositories can be pushed to`);
  process.stdout.write(`The push refers to repository [${registry}/${repository}]\n`);
  const state = loadDockerState();
  const image = state.images[state.references[whole] ?? ''];
  if (image === undefined) exitWithError(`An image does not exist locally with the tag: ${registry}/${repository}`);
  if (!state.registries.includes(registry)) exitWithError('no basic auth credentials');
  await pushImage({ account, region, repository, tag, image }).catch((error: unknown) =>
    exitWithError(dockerErrorText(error, repository)),
  );
  const digest = sha256(image.manifest);
  state.digests[whole] = `${registry}/${repository}@${digest}`;
  saveDockerState(state);
  process.stdout.write(`${tag}: digest: ${digest} size: ${Buffer.byteLength(image.manifest)}\n`);
}

interface Push {
  account: string;
  region: string;
  repository: string;
  tag: string;
  image: DockerImage;
}

async function pushImage({ account, region, repository, tag, image }: Push): Promise<void> {
  const client = new ECRClient({ region, maxAttempts: 2 });
  const at = { registryId: account, repositoryName: repository };
  const check = new BatchCheckLayerAvailabilityCommand({ ...at, layerDigests: [image.layer] });
  const { layers = [] } = await client.send(check);
  if (layers.some(({ layerAvailability }) => layerAvailability === 'UNAVAILABLE')) await uploadLayer(client, at, image);
  // Before docker puts its own manifest, it requests the manifest that the tag has now.
  await client.send(new BatchGetImageCommand({ ...at, imageIds: [{ imageTag: tag }] }));
  try {
    await client.send(new PutImageCommand({ ...at, imageManifest: image.manifest, imageTag: tag }));
  } catch (error) {
    // If the same image already has this tag, docker reports no error.
    if (!(error instanceof Error) || error.name !== 'ImageAlreadyExistsException') throw error;
  }
}

async function uploadLayer(
  client: ECRClient,
  at: { registryId: string; repositoryName: string },
  { layer, content }: DockerImage,
): Promise<void> {
  const { uploadId } = await client.send(new InitiateLayerUploadCommand(at));
  const layerPartBlob = Buffer.from(content);
  const part = { partFirstByte: 0, partLastByte: layerPartBlob.length - 1, layerPartBlob };
  await client.send(new UploadLayerPartCommand({ ...at, uploadId, ...part }));
  await client.send(new CompleteLayerUploadCommand({ ...at, uploadId, layerDigests: [layer] }));
}
