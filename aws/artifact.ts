import type { SearchedArtifact, WantedFile } from '../core/artifact/choose.ts';
import { noContents } from '../core/artifact/contents.ts';
import { type ArtifactHead, explainRefusedRead, type RefusedArtifactRead } from '../core/artifact/refused-read.ts';
import { formatArtifactUri, isArtifactGone } from '../core/artifact/refused-reread.ts';
import { isZip, lookUpFile } from '../core/artifact/zip.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import { Failure } from '../core/errors/failure.ts';
import type { InputArtifact } from '../core/model/release.ts';
import { formatValue } from '../core/parsing/validation.ts';
import { describeKey } from './kms.ts';
import { explainInvalidObject, getObject, headObject, isS3Refusal } from './s3.ts';

interface FetchedArtifact {
  bytes: Uint8Array;
  head: ArtifactHead;
  /** With the version that was read, so that a second read (`rereadArtifact` of s3.ts) gives the same bytes. */
  location: InputArtifact;
}

interface ArtifactSearch {
  /** The key that the pipeline declares. */
  declared: string | undefined;
  /** It is the only input artifact, so a message need not name it. */
  alone: boolean;
}

/** Reads an artifact and looks for files in it. Throws as `fetchArtifact`, and a ConfigurationError for a zip that cannot be read. */
export async function searchArtifact<File extends WantedFile>(
  artifact: InputArtifact,
  wanted: File[],
  { declared, alone }: ArtifactSearch,
): Promise<{ head: ArtifactHead; files: Map<File, SearchedArtifact & { location: InputArtifact }> }> {
  const { name } = artifact;
  try {
    const { bytes, head, location } = await fetchArtifact(artifact, declared);
    const files = new Map<File, SearchedArtifact & { location: InputArtifact }>();
    for (const file of wanted) {
      // Among several, one may be a pointer of a full clone or another file that is no zip: it holds none of ours.
      const lookup = alone || isZip(bytes) ? await lookUpFile(bytes, file.path) : { absent: noContents };
      files.set(file, { name, location, lookup });
    }
    return { head, files };
  } catch (error) {
    if (alone || !(error instanceof Failure)) throw error;
    throw new Failure(error.type, `Input artifact ${formatValue(name)}: ${error.message}`, { cause: error });
  }
}

/**
 * Reads an artifact, the newest version where none is named. With the function's own role and never with the job's
 * artifactCredentials: a deployment by hand has none, and an execution's input must not hold any. `declared` is the key that the pipeline names.
 * Throws RevisionUnavailable, PermissionError (which link broke: core/artifact/refused-read.ts) or ConfigurationError (too large).
 */
async function fetchArtifact(location: InputArtifact, declared?: string): Promise<FetchedArtifact> {
  const { bytes, head } = await getObject(location).catch(async (error: unknown) => {
    throw await explainReadError({ location, declared, error });
  });
  return { bytes, head, location: { ...location, versionId: location.versionId ?? head.versionId } };
}

type RefusedGet = Pick<RefusedArtifactRead, 'location' | 'declared'> & { error: unknown };

/** What S3 refused, explained with what its head and KMS say of the key, which are asked only now; anything else as it is. */
async function explainReadError({ error, ...facts }: RefusedGet): Promise<Error> {
  const failure =
    explainInvalidObject(facts.location, error) ?? toFailure(error, `reading ${formatArtifactUri(facts.location)}`);
  if (!isS3Refusal(failure, error)) return failure;
  const refused = { ...facts, step: 'GetObject' as const, error };
  if (isArtifactGone(refused)) return explainRefusedRead(refused);
  try {
    const head = await headObject(facts.location);
    const key = head.keyArn === undefined ? undefined : await describeKey(head.keyArn);
    return explainRefusedRead({ ...refused, head, key });
  } catch (other) {
    const second = toFailure(other, `reading the head of ${formatArtifactUri(facts.location)}`);
    // The words are those of the first refusal: an answer to HEAD has none.
    return isS3Refusal(second, other) ? explainRefusedRead({ ...refused, step: 'HeadObject' }) : second;
  }
}
