import { Failure } from '../errors/failure.ts';
import type { ArtifactLocation } from '../model/release.ts';
import { formatArtifactUri } from './refused-reread.ts';

/** Who was refused an artifact, besides Gantry's own role. */
export interface JobRefusal {
  location: ArtifactLocation;
  /** Why the job's artifactCredentials could not read it. */
  job: Failure;
  /** Whether the configuration names the bucket as an artifact store, so that Gantry's own role may read it. */
  isConfigured: boolean;
  /** The key that the pipeline declares. */
  declared?: string | undefined;
}

const withPeriod = (text: string): string => (/[.!?)]$/.test(text) ? text : `${text}.`);

/**
 * The failure of a read that both the job's credentials and Gantry's own role were refused: the artifact, both refusals, and the setting
 * that helps. Any other failure of Gantry's role, such as an artifact that is gone, stays as it is.
 */
export function explainBothRefusals(own: Error, { location, job, isConfigured, declared }: JobRefusal): Error {
  if (own.name !== 'PermissionError') return own;
  const { bucket } = location;
  const store = `{ bucket: '${bucket}', key: '${declared ?? 'the ARN of its key'}' }`;
  const refusals = `The job's own credentials could not read ${formatArtifactUri(location)}: ${withPeriod(job.message)} Gantry's role could not read it either: ${withPeriod(own.message)}`;
  const advice = isConfigured
    ? ''
    : ` The bucket is not an artifact store of this installation: add ${store} to artifactStores in gantry.config.ts and deploy Gantry again. The key's policy has to admit the build account.`;
  return new Failure('PermissionError', refusals + advice, { cause: own });
}
