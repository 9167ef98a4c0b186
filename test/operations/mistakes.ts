import { artifactLimit, artifactSizeMistake, fileFromZip } from '../../core/artifact/zip.ts';
import { targetOf } from '../../core/config/targets.ts';
import { ecsRefusal } from '../../core/errors/ecs-refusal.ts';
import { Failure } from '../../core/errors/failure.ts';
import { parseImageDefinitions } from '../../core/image/definitions.ts';
import { lookupsOf, pinned } from '../../core/image/digests.ts';
import { registryMistakes } from '../../core/image/registries.ts';
import type { Release } from '../../core/model/release.ts';
import { parseRequest } from '../../core/request/parse.ts';
import { parseRollback } from '../../core/request/rollback.ts';
import type { TargetFacts } from '../../core/service/problems.ts';
import { readTaskDefinitionFile } from '../../core/task-definition/file.ts';
import example from '../../gantry.config.ts';
import { base, facts, image, planned, release, service } from '../core/service/facts.ts';
import { job, properties, spelledOut } from '../security/attempts.ts';
import { zipOf } from '../zip.ts';

/** How each message of a kind comes about: by the words that the catalogue in docs/operations.md knows it by. */
export type Catalogue = Record<string, () => unknown>;

const path = 'imagedefinitions.json';
const list = (text: string) => parseImageDefinitions(Buffer.from(text));
const ask = (input: unknown) => parseRequest(input, example);
const own = [{ name: 'app', imageUri: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/web:1' }];
const missing = () =>
  pinned(
    own,
    lookupsOf(own).map((lookup) => ({ lookup, answer: [undefined] })),
  );
const thrown = (failure: unknown) => {
  throw failure;
};
const target = (changes: Partial<TargetFacts>) => planned(facts(changes));
const on = (from: Release['base']) => release({ base: from });
const file = (definition: object) =>
  target({ release: on({ from: 'file', path: 'taskdef.json' }), base: base(definition), running: base() });
const sized = (bytes: number) => fileFromZip(Buffer.alloc(bytes), path);

export const mistakes: Catalogue = {
  'The input is not valid': () => ask({ target: 'test/webb' }),
  'must be a JSON object': () => ask({ given: ['test/web'] }),
  "The action's configuration is not valid": () => ask(job({})),
  'must be the role of a target in gantry.config.ts': () =>
    ask({ target: { ...spelledOut, roleArn: 'arn:aws:iam::9:role/x' } }),
  'is not one that … may be used for': () => ask(job({ ...properties, ClusterName: 'payroll' })),
  "must be of the target's own account and Region": () =>
    parseRollback(
      { target: 'test/web', revision: 'arn:aws:ecs:eu-west-1:999999999999:task-definition/web:1' },
      example,
      'production',
    ),
  'No target is named': () => targetOf(example, 'nobody/web'),
  'The artifact has … bytes; at most': () => thrown(artifactSizeMistake(artifactLimit + 1)),
  'The artifact is empty': () => sized(0),
  'The artifact is not a zip': () => sized(9),
  'is a truncated zip': () => zipOf({ path, content: '[]' }).then((zip) => fileFromZip(zip.subarray(0, -30), path)),
  'which leads outside of it': () => zipOf({ path: '../x' }).then((zip) => fileFromZip(zip, path)),
  'The artifact has no file': () => zipOf({ path: 'other.json' }).then((zip) => fileFromZip(zip, path)),
  'is not JSON': () => list('[{]'),
  'nests deeper than 64 levels': () => list('['.repeat(65)),
  'is encoded as UTF-16': () => parseImageDefinitions(Buffer.from('[]', 'utf16le')),
  'It is an imageDetail.json': () => list('{"ImageURI": "web:1"}'),
  'is no image reference': () => list('[{"name": "app", "imageUri": "$IMAGE"}]'),
  'is not from a registry that may be used': () =>
    thrown(
      new Failure(
        'ConfigurationError',
        registryMistakes([{ name: 'app', imageUri: 'evil.example/web' }], example)[0] ?? '',
      ),
    ),
  'Not every image exists': missing,
  "The cluster '…' does not exist": () => target({ service: 'no cluster', base: undefined }),
  "The service '…' in cluster '…' does not exist": () => target({ service: 'no service', base: undefined }),
  'it has to be ACTIVE': () => target({ service: service({ status: 'DRAINING' }) }),
  'has the deployment controller': () =>
    target({ service: service({ deploymentController: { type: 'CODE_DEPLOY' } }) }),
  'has no such container': () => target({ release: release({ images: [image('web', 'shop:1')] }) }),
  'waits for an image in the place of': () => target({ base: base({}, { app: 'shop:1', log: '<LOG>' }) }),
  'has no ACTIVE revision to build on': () => target({ release: on({ from: 'latest' }), base: 'gone' }),
  'is deleted, so nothing can be built on it': () => target({ base: 'gone' }),
  'The revision … does not exist in': () =>
    target({ release: on({ from: 'revision', taskDefinition: 'web:3' }), base: 'gone' }),
  'ECS deploys no such revision again': () =>
    target({ release: release({ images: [], force: true }), base: base({ status: 'INACTIVE' }) }),
  'is not a task definition': () => readTaskDefinitionFile(Buffer.from('[]'), 'taskdef.json'),
  'The task definition file asks for the taskRoleArn': () => file({ taskRoleArn: 'admin' }),
  'which gives a container power over its host': () => file({ pidMode: 'host' }),
  'The task definition file asks for volumes of the host': () =>
    file({ volumes: [{ name: 'v', host: { sourcePath: '/' } }] }),
  'The task definition file asks for the image': () =>
    file({
      containerDefinitions: [
        { name: 'app', image: 'x' },
        { name: 'b', image: 'evil.example/x' },
      ],
    }),
  'ECS refused': () =>
    thrown(
      ecsRefusal(
        Object.assign(new Error('Invalid cpu.'), { name: 'ClientException', $metadata: {} }),
        'to register',
        'arn:aws:iam::2:role/x',
      ),
    ),
};
