import { explainBothRefusals } from '../core/artifact/both-refused.ts';
import type { SearchedArtifact, WantedFile } from '../core/artifact/choose.ts';
import { nonZipContents } from '../core/artifact/contents.ts';
import type { ReadArtifact } from '../core/artifact/record.ts';
import { type ArtifactHead, type ArtifactReadRefusalFacts, explainRefusedRead } from '../core/artifact/refused-read.ts';
import { formatArtifactUri, isArtifactGone } from '../core/artifact/refused-reread.ts';
import { lookUpFile, startsLikeZip } from '../core/artifact/zip.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import { Failure } from '../core/errors/failure.ts';
import type { InputArtifact } from '../core/model/release.ts';
import { formatValue } from '../core/parsing/validation.ts';
import { createS3ClientForJob } from './artifact-credentials.ts';
import { type CheckedArtifactRecord, checkArtifactRecord, type RecordAccess } from './artifact-records.ts';
import type { TableUnavailable } from './dynamodb.ts';
import { describeKmsKey } from './kms.ts';
import { explainInvalidS3Location, getObject, headObject, isPermanentS3Refusal } from './s3.ts';

interface FetchedArtifact {
  bytes: Uint8Array;
  head: ArtifactHead;
  /** The location, with the version and the hash of the bytes that were read. So a second read (`rereadArtifact` of s3.ts) gives the same bytes. */
  location: InputArtifact & { sha256: string };
}

type FetchedObject = Awaited<ReturnType<typeof getObject>>;

/** The credentials and permissions for reading an artifact, besides Gantry's own role. */
export interface ArtifactAccess {
  /** The job whose credentials are tried first; absent for a manual start. */
  jobId: string | undefined;
  /** The key that the pipeline declares. */
  declared: string | undefined;
  /** The buckets that the configuration allows Gantry's own role to read. */
  stores: string[];
}

interface ArtifactSearch extends ArtifactAccess {
  /** Whether this is the only input artifact, so that a message need not name it. */
  alone: boolean;
  records: RecordAccess;
  /** Present if the table did not answer for an earlier artifact. In that case Gantry does not query the table again. */
  unavailable?: TableUnavailable | undefined;
}

/** An artifact that was read, its record, and the requested files in it. */
export interface ArtifactSearchResult<File> {
  head: ArtifactHead;
  read: ReadArtifact;
  record: CheckedArtifactRecord | TableUnavailable;
  files: Map<File, SearchedArtifact & { location: InputArtifact }>;
}

/**
 * Reads an artifact, compares it with its record, and looks up files in it. Throws like `fetchArtifact` and `checkArtifactRecord`, and a
 * ConfigurationError for a zip that cannot be read.
 */
export async function findFilesInArtifact<File extends WantedFile>(
  artifact: InputArtifact,
  wanted: File[],
  { alone, records, unavailable, ...access }: ArtifactSearch,
): Promise<ArtifactSearchResult<File>> {
  try {
    const { bytes, head, location } = await fetchArtifact(artifact, access);
    const read: ReadArtifact = { location, sha256: location.sha256, modified: head.modified };
    const chosen = artifact.versionId !== undefined;
    const record = unavailable ?? (await checkArtifactRecord(read, { ...records, chosen }));
    const files: ArtifactSearchResult<File>['files'] = new Map();
    for (const file of wanted) {
      // One of several artifacts may not be a zip, for example the pointer that a full clone produces. Such an artifact contains none of the requested files.
      const lookup = alone || startsLikeZip(bytes) ? await lookUpFile(bytes, file.path) : { absent: nonZipContents };
      files.set(file, { name: artifact.name, location, lookup });
    }
    return { head, read, record, files };
  } catch (error) {
    if (alone || !(error instanceof Failure)) throw error;
    throw new Failure(error.type, `Input artifact ${formatValue(artifact.name)}: ${error.message}`, { cause: error });
  }
}

/**
 * Reads an artifact (the newest version if none is named) with the job's own artifactCredentials. If AWS refuses these credentials, or if there is
 * no job, reads it with Gantry's own role. AWS does not document whether a job's credentials can decrypt with a customer managed key. Throws
 * RevisionUnavailable, PermissionError (which permission is missing: core/artifact/refused-read.ts) or ConfigurationError (too large).
 */
async function fetchArtifact(
  location: InputArtifact,
  { jobId, declared, stores }: ArtifactAccess,
): Promise<FetchedArtifact> {
  const asJob = jobId === undefined ? undefined : await readWithJobCredentials(location, jobId);
  if (asJob !== undefined && !(asJob instanceof Failure)) return describeFetched(location, asJob);
  const read = await getObject(location).catch(async (error: unknown) => {
    const own = await explainReadError({ location, declared, error });
    if (asJob === undefined) throw own;
    throw explainBothRefusals(own, { location, job: asJob, declared, isConfigured: stores.includes(location.bucket) });
  });
  return describeFetched(location, read);
}

const describeFetched = (location: InputArtifact, { bytes, sha256, head }: FetchedObject): FetchedArtifact => ({
  bytes,
  head,
  location: { ...location, versionId: location.versionId ?? head.versionId, sha256 },
});

/** Returns an artifact, or the reason why the job's credentials could not read it. */
async function readWithJobCredentials(location: InputArtifact, jobId: string): Promise<FetchedObject | Failure> {
  const client = await createS3ClientForJob(jobId);
  if (client instanceof Failure) return client;
  return getObject(location, client).catch((error: unknown) => {
    const failure = toFailure(error, `reading ${formatArtifactUri(location)} with the job's credentials`);
    if (isPermanentS3Refusal(failure, error)) return new Failure('PermissionError', `${error.name}: ${error.message}`);
    throw failure;
  });
}

type RefusedGet = Pick<ArtifactReadRefusalFacts, 'location' | 'declared'> & { error: unknown };

/** Explains S3's refusal. For this, reads the object's head, and the state of the key from KMS. Returns any other error unchanged. */
async function explainReadError({ error, ...facts }: RefusedGet): Promise<Error> {
  const failure =
    explainInvalidS3Location(facts.location, error) ?? toFailure(error, `reading ${formatArtifactUri(facts.location)}`);
  if (!isPermanentS3Refusal(failure, error)) return failure;
  const refused = { ...facts, step: 'GetObject' as const, error };
  if (isArtifactGone(refused)) return explainRefusedRead(refused);
  try {
    const head = await headObject(facts.location);
    const key = head.keyArn === undefined ? undefined : await describeKmsKey(head.keyArn);
    return explainRefusedRead({ ...refused, head, key });
  } catch (other) {
    const second = toFailure(other, `reading the head of ${formatArtifactUri(facts.location)}`);
    // The message comes from the first refusal, because an answer to HEAD has no body.
    return isPermanentS3Refusal(second, other) ? explainRefusedRead({ ...refused, step: 'HeadObject' }) : second;
  }
}
