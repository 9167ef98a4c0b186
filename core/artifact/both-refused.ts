import { Failure } from '../errors/failure.ts';
import type { ArtifactLocation } from '../model/release.ts';
import { escapeUnprintable } from '../parsing/display-text.ts';
import { formatArtifactUri } from './refused-reread.ts';

/** The error with which AWS refused a job's credentials. After such a refusal, Gantry reads the artifact with its own role. */
export interface JobCredentialsRefusal {
  location: ArtifactLocation;
  /** Why the job's artifactCredentials could not read it. */
  job: Failure;
  /** Whether the configuration names the bucket as an artifact store, so that Gantry's own role is allowed to read it. */
  isConfigured: boolean;
  /** The key that the pipeline declares. */
  declared?: string | undefined;
}

/**
 * Returns the failure of a manual start from an artifact in a bucket that is not an artifact store; undefined if the bucket is one. The dry run and
 * the release both check this first, so that they give the same answer with any credentials.
 */
export const checkBucketIsArtifactStore = (location: ArtifactLocation, stores: string[]): Failure | undefined =>
  stores.includes(location.bucket)
    ? undefined
    : new Failure(
        'ConfigurationError',
        `artifact.bucket: ${formatArtifactUri(location)} is not in an artifact store of this installation (${stores.length === 0 ? 'it has none' : stores.join(', ')}). Add { bucket: '${escapeUnprintable(location.bucket)}', key: 'the ARN of its key' } to artifactStores in gantry.config.ts and deploy Gantry${stores.length === 0 ? '' : ', or name a bucket of the list'}.`,
      );

const withPeriod = (text: string): string => (/[.!?)]$/.test(text) ? text : `${text}.`);

/**
 * Returns the failure of a read that AWS refused to the job's credentials and to Gantry's own role. The failure names the artifact, both principals and the
 * fix. If Gantry's role failed for another reason, such as an artifact that does not exist, returns that failure unchanged.
 */
export function explainBothRefusals(
  own: Error,
  { location, job, isConfigured, declared }: JobCredentialsRefusal,
): Error {
  if (own.name !== 'PermissionError') return own;
  const refused = withPeriod(job.message);
  if (isConfigured)
    return new Failure('PermissionError', `${own.message} The job's own credentials were refused too: ${refused}`);
  const store = `{ bucket: '${location.bucket}', key: '${declared ?? 'the ARN of its key'}' }`;
  return new Failure(
    'PermissionError',
    `The artifact ${formatArtifactUri(location)} cannot be read. The job's own credentials were refused: ${refused} Gantry's role is not allowed to read this bucket, because it is no artifact store of this installation. ` +
      `Add ${store} to artifactStores in gantry.config.ts and deploy Gantry again; the policy of the key has to admit the build account.`,
    { cause: own },
  );
}
