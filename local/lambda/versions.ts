import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { functionArn, getFunctions, type InstalledFunction } from './functions.ts';

export const codeHash = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('base64');

/** What a version fixes besides its code (docs.aws.amazon.com/lambda/latest/dg/configuration-versions.md). */
const versionSettings = ({ handler, environment, roleArn, timeoutSeconds, memoryMb }: InstalledFunction): string =>
  JSON.stringify([handler, Object.entries(environment).sort(), roleArn, timeoutSeconds, memoryMb]);

const isUnchanged = (version: InstalledFunction, latest: InstalledFunction): boolean =>
  versionSettings(version) === versionSettings(latest) &&
  (version.file === latest.file || codeHash(version.file) === codeHash(latest.file));

/**
 * Publishes a function's code and settings as a version that does not change. Returns the last version if nothing has changed
 * since (botocore lambda PublishVersion).
 */
export function publishVersion(latest: InstalledFunction): InstalledFunction {
  const { byArn, lastVersions } = getFunctions(latest.cloud);
  const lastNumber = lastVersions.get(latest.arn) ?? 0;
  const last = byArn.get(functionArn({ ...latest, qualifier: String(lastNumber) }));
  if (last !== undefined && isUnchanged(last, latest)) return last;
  const version = String(lastNumber + 1);
  const arn = functionArn({ ...latest, qualifier: version });
  // A function's resource policy belongs to the unqualified ARN; a version has its own (botocore lambda AddPermission, Qualifier).
  const published = { ...latest, arn, version, policy: undefined, environments: [], waitingForEnvironment: [] };
  byArn.set(arn, published);
  lastVersions.set(latest.arn, lastNumber + 1);
  return published;
}

/** Returns a function's unpublished version and then its published ones, oldest first. */
export const listVersions = (latest: InstalledFunction): InstalledFunction[] => [
  latest,
  ...[...getFunctions(latest.cloud).byArn.values()].filter(({ arn }) => arn.startsWith(`${latest.arn}:`)),
];

/** Deletes one version. Deleting the unpublished version deletes the whole function. Running invocations finish. */
export function deleteVersions(fn: InstalledFunction): void {
  const { byArn } = getFunctions(fn.cloud);
  for (const version of fn.version === '$LATEST' ? listVersions(fn) : [fn]) byArn.delete(version.arn);
}
