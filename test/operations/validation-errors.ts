import { S3ServiceException } from '@aws-sdk/client-s3';
import { explainInvalidS3Location } from '../../aws/s3.ts';
import { checkBucketIsArtifactStore } from '../../core/artifact/both-refused.ts';
import { chooseArtifact } from '../../core/artifact/choose.ts';
import { nonZipContents } from '../../core/artifact/contents.ts';
import { checkArtifactSize, extractFile, maxArtifactBytes } from '../../core/artifact/zip.ts';
import { getTargetByName } from '../../core/config/targets.ts';
import { explainEcsError } from '../../core/errors/ecs-error.ts';
import { Failure } from '../../core/errors/failure.ts';
import { toRequestFailure } from '../../core/errors/invalid-request.ts';
import { parseImageDefinitions } from '../../core/image/definitions.ts';
import { planDigestLookups } from '../../core/image/digest-lookups.ts';
import { pinImages } from '../../core/image/digests.ts';
import { findRegistryErrors } from '../../core/image/registries.ts';
import { listAllowedImageSources } from '../../core/image/sources.ts';
import type { Release } from '../../core/model/release.ts';
import { parseDeployRequest } from '../../core/request/parse.ts';
import { parseRollbackRequest } from '../../core/request/rollback.ts';
import type { TargetFacts } from '../../core/service/problems.ts';
import { parseTaskDefinitionFile } from '../../core/task-definition/file.ts';
import example from '../../infra/config.ts';
import { baseWith, imageWith, planWithFacts, releaseWith, serviceWith, targetFacts } from '../core/service/facts.ts';
import { actionProperties, jobInput, targetFields } from '../security/attempts.ts';
import { createZip } from '../zip.ts';

/** For each message in the catalogue of docs/operations.md, a function that causes the error. */
export type MessageCatalogue = Record<string, () => unknown>;

const path = 'imagedefinitions.json';
const list = (text: string) => parseImageDefinitions(Buffer.from(text));
const ask = (input: unknown) => parseDeployRequest(input, example);
const own = [{ name: 'app', imageUri: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/web:1' }];
const missing = () =>
  pinImages(
    own,
    planDigestLookups(own).map((lookup) => ({ lookup, answer: [undefined] })),
  );
const thrown = (failure: unknown) => {
  throw failure;
};
const target = (changes: Partial<TargetFacts>) => planWithFacts(targetFacts(changes));
const on = (from: Release['base']) => releaseWith({ base: from });
const file = (definition: object) =>
  target({ release: on({ from: 'file', path: 'taskdef.json' }), base: baseWith(definition), running: baseWith() });
const sized = (bytes: number) => extractFile(Buffer.alloc(bytes), path);

const wanted = { path, property: 'FileName' };
const lacking = (name: string) => ({ name, lookup: { absent: nonZipContents } });
const having = (name: string) => ({ name, lookup: { bytes: new Uint8Array() } });
const object = { bucket: 'artifacts', key: 'built' };
const invalid = (name: string) => Object.assign(new Error('Invalid value.'), { name, $metadata: {} });
const s3Error = (name: string, httpStatusCode: number) =>
  new S3ServiceException({ name, message: 'x', $fault: 'client', $metadata: { httpStatusCode } });

export const validationErrors: MessageCatalogue = {
  'The input is not valid': () => ask({ target: 'test/webb' }),
  'must be a JSON object': () => ask({ given: ['test/web'] }),
  "The action's configuration is not valid": () => ask(jobInput({})),
  'must be the role of a target in gantry.config.ts': () =>
    ask({ target: { ...targetFields, roleArn: 'arn:aws:iam::9:role/x' } }),
  'is not one that … may be used for': () => ask(jobInput({ ...actionProperties, ClusterName: 'payroll' })),
  "must be of the target's own account and Region": () =>
    parseRollbackRequest(
      { target: 'test/web', revision: 'arn:aws:ecs:eu-west-1:999999999999:task-definition/web:1' },
      example,
      'production',
    ),
  'must be of the cluster': () =>
    ask(jobInput({ ...actionProperties, ServiceName: 'arn:aws:ecs:eu-west-1:222222222222:service/other/web' })),
  'No target is named': () => getTargetByName(example, 'nobody/web'),
  'The artifact has … bytes; at most': () => thrown(checkArtifactSize(maxArtifactBytes + 1)),
  'The artifact is empty': () => sized(0),
  'The artifact is not a zip': () => sized(9),
  'is a truncated zip': () => createZip({ path, content: '[]' }).then((zip) => extractFile(zip.subarray(0, -30), path)),
  'which leads outside of it': () => createZip({ path: '../x' }).then((zip) => extractFile(zip, path)),
  'The artifact has no file': () => createZip({ path: 'other.json' }).then((zip) => extractFile(zip, path)),
  'No input artifact has the file': () => chooseArtifact([lacking('Source'), lacking('Build')], wanted),
  'is in more than one input artifact': () => chooseArtifact([having('Source'), having('Build')], wanted),
  'is not JSON': () => list('[{]'),
  'nests deeper than 64 levels': () => list('['.repeat(65)),
  'is encoded as UTF-16': () => parseImageDefinitions(Buffer.from('[]', 'utf16le')),
  'It is an imageDetail.json': () => list('{"ImageURI": "web:1"}'),
  'is no image reference': () => list('[{"name": "app", "imageUri": "$IMAGE"}]'),
  'is not allowed: add': () =>
    thrown(
      new Failure(
        'ConfigurationError',
        findRegistryErrors([{ name: 'app', imageUri: 'evil.example/web' }], listAllowedImageSources(example))[0] ?? '',
      ),
    ),
  'is not in an artifact store of this installation': () =>
    thrown(checkBucketIsArtifactStore({ bucket: 'foreign', key: 'built' }, ['ours'])),
  'Not every image exists': missing,
  'has no variant for': () =>
    target({ release: releaseWith({ images: [{ ...imageWith('app', 'shop:1'), platforms: ['linux/arm64'] }] }) }),
  "The cluster '…' does not exist": () => target({ service: 'no cluster', base: undefined }),
  "The service '…' in cluster '…' does not exist": () => target({ service: 'no service', base: undefined }),
  'it has to be ACTIVE': () => target({ service: serviceWith({ status: 'DRAINING' }) }),
  'has the deployment controller': () =>
    target({ service: serviceWith({ deploymentController: { type: 'CODE_DEPLOY' } }) }),
  'has no such container': () => target({ release: releaseWith({ images: [imageWith('web', 'shop:1')] }) }),
  'waits for an image in the place of': () => target({ base: baseWith({}, { app: 'shop:1', log: '<LOG>' }) }),
  'has no ACTIVE revision to build on': () => target({ release: on({ from: 'latest' }), base: 'gone' }),
  'is deleted, so nothing can be built on it': () => target({ base: 'gone' }),
  'The revision … does not exist in': () =>
    target({ release: on({ from: 'revision', taskDefinition: 'web:3' }), base: 'gone' }),
  'ECS deploys no such revision again': () =>
    target({ release: releaseWith({ images: [], force: true }), base: baseWith({ status: 'INACTIVE' }) }),
  'is not a task definition': () => parseTaskDefinitionFile(Buffer.from('[]'), 'taskdef.json'),
  'as it is sent to ECS': () =>
    parseTaskDefinitionFile(Buffer.from(JSON.stringify({ family: 'x'.repeat(70_000) })), 'taskdef.json'),
  "it must stay in the service's own": () => file({ family: 'billing' }),
  'The task definition file asks for the taskRoleArn': () => file({ taskRoleArn: 'admin' }),
  'which gives a container power over its host': () => file({ pidMode: 'host' }),
  'The task definition file asks for volumes of the host': () =>
    file({ volumes: [{ name: 'v', host: { sourcePath: '/' } }] }),
  'The task definition file refers to': () =>
    file({ volumes: [{ name: 'v', efsVolumeConfiguration: { fileSystemId: 'fs-1' } }] }),
  'The task definition file asks for the image': () =>
    file({
      containerDefinitions: [
        { name: 'app', image: 'x' },
        { name: 'b', image: 'evil.example/x' },
      ],
    }),
  'ECS refused': () =>
    thrown(
      explainEcsError(
        Object.assign(new Error('Invalid cpu.'), { name: 'ClientException', $metadata: {} }),
        'to register',
        'arn:aws:iam::2:role/x',
      ),
    ),
  'AWS refused the request while': () => thrown(toRequestFailure(invalid('ClientException'), 'describing web')),
  'S3 does not take': () => thrown(explainInvalidS3Location(object, s3Error('InvalidArgument', 400))),
  'is in another Region': () => thrown(explainInvalidS3Location(object, s3Error('PermanentRedirect', 301))),
};
