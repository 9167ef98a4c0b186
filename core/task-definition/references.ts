import * as z from 'zod';
import type { Target } from '../model/release.ts';
import { formatValue } from '../parsing/validation.ts';
import type { RawContainer, RawTaskDefinition } from './raw.ts';

/** The kinds of external resources to which a task definition can refer. Each has the name of the field of `allow` that allows it. */
export type ReferenceKind = 'secrets' | 'environmentFiles' | 'fileSystems';

/** One reference: its field, its text, and its normalised identity, which is the same for every spelling. */
export interface ResourceReference {
  kind: ReferenceKind;
  field: string;
  value: string;
  identity: string;
}

const textSchema = z.string().optional().catch(undefined);
const objectSchema = z.record(z.string(), z.unknown()).catch({});
const objectListSchema = z.array(objectSchema).catch([]);

const fieldOf = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((inner, name) => objectSchema.parse(inner)[name], value);

const textOf = (value: unknown, ...path: string[]): string[] => {
  const text = textSchema.parse(fieldOf(value, ...path));
  return text === undefined || text === '' ? [] : [text];
};

const listOf = (value: unknown, ...path: string[]): Record<string, unknown>[] =>
  objectListSchema.parse(fieldOf(value, ...path));

/** `arn:…:secret:NAME` can be followed by a key, a stage and a version of the same secret (ECS developer guide, "Pass Secrets Manager secrets"). */
const secretArnPattern = /^(arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:[^:]*)(?::.*)?$/;

/** Returns a secret's ARN; a plain name is a parameter in the task's own account and Region (botocore ecs `Secret.valueFrom`). */
export function resolveSecretArn(valueFrom: string, { roleArn, region }: Pick<Target, 'roleArn' | 'region'>): string {
  if (valueFrom.startsWith('arn:')) return secretArnPattern.exec(valueFrom)?.[1] ?? valueFrom;
  const [, partition, , , account] = roleArn.split(':');
  return `arn:${partition}:ssm:${region}:${account}:parameter/${valueFrom.replace(/^\//, '')}`;
}

const listContainerReferences = (container: RawContainer): Omit<ResourceReference, 'identity'>[] => {
  const { name } = container;
  const toReferences = (kind: ReferenceKind, field: string, values: string[]) =>
    values.map((value) => ({ kind, field: `${field} of '${name}'`, value }));
  const valuesFrom = (...path: string[]) => listOf(container, ...path).flatMap((one) => textOf(one, 'valueFrom'));
  const isFromS3 = fieldOf(container, 'firelensConfiguration', 'options', 'config-file-type') === 's3';
  return [
    ...toReferences('secrets', 'secrets', valuesFrom('secrets')),
    ...toReferences('secrets', 'secretOptions', valuesFrom('logConfiguration', 'secretOptions')),
    ...toReferences(
      'secrets',
      'repositoryCredentials',
      textOf(container, 'repositoryCredentials', 'credentialsParameter'),
    ),
    ...toReferences('secrets', 'credentialSpecs', z.array(z.string()).catch([]).parse(container.credentialSpecs)),
    ...toReferences(
      'environmentFiles',
      'environmentFiles',
      listOf(container, 'environmentFiles').flatMap((one) => textOf(one, 'value')),
    ),
    ...toReferences(
      'environmentFiles',
      'firelensConfiguration',
      isFromS3 ? textOf(container, 'firelensConfiguration', 'options', 'config-file-value') : [],
    ),
  ];
};

/** Returns the part of a file system that a volume mounts: another folder or access point is another part (botocore ecs `Volume`). */
const formatFileSystem = (volume: Record<string, unknown>): string[] => {
  const configuration = [
    'efsVolumeConfiguration',
    'fsxWindowsFileServerVolumeConfiguration',
    's3filesVolumeConfiguration',
  ];
  return configuration.flatMap((field) => {
    const given = fieldOf(volume, field);
    const id = [...textOf(given, 'fileSystemId'), ...textOf(given, 'fileSystemArn')];
    const point = [...textOf(given, 'authorizationConfig', 'accessPointId'), ...textOf(given, 'accessPointArn')];
    const [root = '/'] = textOf(given, 'rootDirectory');
    return id.map((one) => [one, root, ...point].join(' '));
  });
};

const listVolumeReferences = (volume: Record<string, unknown>): Omit<ResourceReference, 'identity'>[] => {
  const field = `the volume ${formatValue(volume.name)}`;
  return [
    ...formatFileSystem(volume).map((value) => ({ kind: 'fileSystems' as const, field, value })),
    ...textOf(volume, 'fsxWindowsFileServerVolumeConfiguration', 'authorizationConfig', 'credentialsParameter').map(
      (value) => ({ kind: 'secrets' as const, field, value }),
    ),
  ];
};

/** Returns all external resources to which a task definition refers, except roles and images. */
export const listReferences = (definition: RawTaskDefinition, target: Target): ResourceReference[] =>
  [
    ...definition.containerDefinitions.flatMap(listContainerReferences),
    ...objectListSchema.parse(definition.volumes).flatMap(listVolumeReferences),
  ].map((reference) => ({
    ...reference,
    identity: reference.kind === 'secrets' ? resolveSecretArn(reference.value, target) : reference.value,
  }));
