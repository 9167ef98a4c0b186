import type { Config } from '../../core/config/check.ts';
import { formatArn, formatBucketArn, listViaServiceNames } from '../../core/parsing/partition.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import { keyStateFix } from './check-artifact-key.ts';
import type { Check } from './check-result.ts';
import { findFunctionsAllowedTo } from './functions-by-permission.ts';
import { createPermissionCheck } from './permission-check.ts';
import { createResourceCheck } from './resource-check.ts';

const about = 'artifactStores';

/** The configured artifact stores: the stores exist, their keys are enabled, and Gantry's own roles are allowed to read from the stores and to decrypt. */
export const artifactStoreChecks = (config: Config, system: SystemDeclaration): Check[] =>
  config.artifactStores.flatMap(({ bucket, key }) => [
    checkStoreExists(bucket),
    checkStoreAccess(system, bucket),
    ...(key === undefined ? [] : [checkKeyRegion(config, key), checkStoreKey(key), checkKeyAccess(system, key)]),
  ]);

const checkStoreExists = (bucket: string): Check =>
  createResourceCheck({
    link: 'bucket',
    about,
    title: `the artifact store ${bucket} exists`,
    onlyLive: true,
    read: ({ stores }) => stores.get(bucket) ?? { unread: 'the bucket was not read' },
    wrong: () => undefined,
    reportsMissing: {
      policy: 'gantry.config.ts',
      statement: 'artifactStores',
      fix: `remove ${bucket}, or correct its name`,
    },
  });

const checkStoreAccess = (system: SystemDeclaration, bucket: string): Check =>
  createPermissionCheck({
    link: 'bucket',
    about,
    who: 'the functions',
    what: `read artifacts of ${bucket}`,
    asks: findFunctionsAllowedTo(system, 's3:GetObject').map(({ role: by }) => ({
      by,
      region: system.region,
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      on: [formatBucketArn(system.region, `${bucket}/pipeline/artifact`)],
    })),
  });

/** A bucket, its key and the pipeline are in one Region (CodePipeline User Guide, "Artifact store"), and the functions' policies allow only that Region. */
const checkKeyRegion = ({ build }: Config, key: string): Check =>
  createResourceCheck({
    link: 'key',
    about,
    title: `the key ${key} is in the Region of the pipelines`,
    read: () => ({ found: key.split(':')[3] }),
    wrong: (region) =>
      region === build.region
        ? undefined
        : {
            says: `the key ${key} is in ${region}, and the pipelines are in ${build.region}`,
            policy: 'gantry.config.ts',
            statement: 'artifactStores',
            fix: `name a bucket of ${build.region} and its key, ${formatArn('kms', build, 'key/…')}`,
          },
  });

const checkStoreKey = (key: string): Check =>
  createResourceCheck({
    link: 'key',
    about,
    title: `the key ${key} is enabled`,
    onlyLive: true,
    read: ({ storeKeys }) => storeKeys.get(key) ?? { unread: 'the key was not read' },
    wrong: ({ state }) =>
      state === 'Enabled'
        ? undefined
        : { says: `the key ${key} is ${state}`, policy: `key ${key}`, statement: 'KeyState', fix: keyStateFix(state) },
    reportsMissing: { policy: 'gantry.config.ts', statement: 'artifactStores', fix: 'correct the ARN of the key' },
  });

const checkKeyAccess = (system: SystemDeclaration, key: string): Check =>
  createPermissionCheck({
    link: 'key',
    about,
    who: 'the functions',
    what: `decrypt with ${key}`,
    asks: findFunctionsAllowedTo(system, 's3:GetObject').map(({ role: by }) => ({
      by,
      region: system.region,
      actions: ['kms:Decrypt'],
      on: [key],
      context: { 'kms:ViaService': listViaServiceNames('s3', system.region)[0] ?? '' },
    })),
  });
