import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { Failure } from '../errors/failure.ts';
import { findPathError, normalizePath } from '../parsing/file-path.ts';
import { formatValue } from '../parsing/validation.ts';
import { chooseArtifact, type FileLookupResult } from './choose.ts';
import { classifyContents } from './contents.ts';

/** The maximum size of an artifact that Gantry reads, in bytes: a function holds it in memory. */
export const maxArtifactBytes = 64 * 1024 * 1024;
/**
 * The maximum size of a file that Gantry extracts from an artifact, in bytes, regardless of the size that the zip declares: ten times the limit of either of the
 * two files.
 */
export const maxUnzippedFileBytes = 1024 * 1024;
/** The maximum number of entries in an artifact. */
export const maxZipEntries = 10_000;

const createZipFailure = (sentence: string): Failure => new Failure('ConfigurationError', sentence);

/** Returns the failure for an artifact of `bytes` bytes; undefined if it is small enough to read. */
export const checkArtifactSize = (bytes: number): Failure | undefined =>
  bytes <= maxArtifactBytes
    ? undefined
    : createZipFailure(
        `The artifact has ${bytes} bytes; at most ${maxArtifactBytes} are read. Give the action an artifact that holds only what it needs.`,
      );

const damagedAdvice = 'it is incomplete or damaged; run the action that made it again.';

/**
 * Patterns for the error messages of yauzl (its index.js, 3.4.0). The function of each pattern receives the captured text and returns the end of a
 * sentence that begins with "The artifact".
 */
const zipErrorSentences: [RegExp, (found: string) => string][] = [
  [/^End of central directory/, () => `is a truncated zip (its central directory is missing): ${damagedAdvice}`],
  [/^unexpected EOF$/, () => `is a truncated zip (its central directory ends early): ${damagedAdvice}`],
  [
    /^invalid (?:central directory|local|zip64)|overflows file bounds|outside buffer/,
    () => `is a truncated or broken zip (its central directory points outside of it): ${damagedAdvice}`,
  ],
  [
    /^(?:absolute|invalid relative) path: (.*)$/s,
    (path) => `holds the path ${formatValue(path)}, which leads outside of it; such a zip is not trusted.`,
  ],
  [/bytes in the stream/, () => 'holds the file with another size than it declares; such a zip is not trusted.'],
  [
    /^unsupported compression method/,
    () => 'holds the file with a compression other than deflate; pack it with an ordinary zip.',
  ],
];

/** Whether zlib reports bytes that it cannot inflate (nodejs.org/api/zlib.html#constants-1). */
const isInflateError = (error: Error): boolean =>
  'code' in error && ['Z_DATA_ERROR', 'Z_BUF_ERROR'].includes(`${error.code}`);

function explainZipError(error: unknown): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  if (isInflateError(error))
    return createZipFailure(`The artifact holds the file, but its data cannot be decompressed: ${damagedAdvice}`);
  for (const [words, sentence] of zipErrorSentences) {
    const found = words.exec(error.message);
    if (found) return createZipFailure(`The artifact ${sentence(found[1] ?? '')}`);
  }
  return createZipFailure(`The artifact is a zip that cannot be read: ${error.message}.`);
}

async function listEntries(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry())
    if (entries.push(entry) > maxZipEntries)
      throw createZipFailure(
        `The artifact holds more than ${maxZipEntries} entries; give the action an artifact with fewer.`,
      );
  return entries;
}

/** Whether the entry is a symbolic link: Unix tools put the file's mode into the upper half of the attributes (APPNOTE.TXT 4.4.15; S_IFMT of inode(7)). */
const isSymbolicLink = ({ externalFileAttributes }: Entry): boolean =>
  ((externalFileAttributes >>> 16) & 0o170000) === 0o120000;

/** Returns the entry of a file; undefined if the artifact has none. Throws a ConfigurationError if the entry cannot be read. */
function findEntry(entries: Entry[], path: string): Entry | undefined {
  const [entry, twin] = entries.filter(({ fileName }) => normalizePath(fileName) === path);
  if (entry === undefined) return undefined;
  if (twin !== undefined)
    throw createZipFailure(`The artifact holds ${path} more than once; which one counts is not clear.`);
  if (isSymbolicLink(entry))
    throw createZipFailure(`${path} is a symbolic link in the artifact; pack the file itself.`);
  if (entry.isEncrypted())
    throw createZipFailure(`${path} is encrypted with a password in the artifact; pack it without one.`);
  if (entry.uncompressedSize > maxUnzippedFileBytes)
    throw createZipFailure(
      `${path} has ${entry.uncompressedSize} bytes in the artifact; at most ${maxUnzippedFileBytes} bytes are read.`,
    );
  return entry;
}

/**
 * Returns one file's bytes. If the data inflates to more bytes than the entry declares, yauzl ends the stream at the declared size (validateEntrySizes), so
 * memory use stays within that size.
 */
async function readEntry(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  const stream = await zip.openReadStreamPromise(entry);
  const bytes = Buffer.concat(await stream.toArray());
  if (crc32(bytes) !== entry.crc32)
    throw createZipFailure(`The artifact holds the file, but its checksum is wrong: ${damagedAdvice}`);
  return bytes;
}

const readSignature = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, 4)).toString('latin1');

/** Whether the bytes begin with a file or with the end of an empty zip (APPNOTE.TXT 4.3.7, 4.3.16). */
export const startsLikeZip = (bytes: Uint8Array): boolean =>
  ['PK\x03\x04', 'PK\x05\x06'].includes(readSignature(bytes));

/** Looks up one file in an artifact's zip. Throws a ConfigurationError that says in which way the zip is invalid. */
export async function lookUpFile(zipped: Uint8Array, given: string): Promise<FileLookupResult> {
  const mistake = findPathError(given);
  if (mistake !== undefined) throw createZipFailure(`${formatValue(given)} is no path in an artifact: ${mistake}.`);
  const path = normalizePath(given);
  if (zipped.length === 0) throw createZipFailure('The artifact is empty: it has no bytes.');
  if (!startsLikeZip(zipped))
    throw createZipFailure('The artifact is not a zip; CodePipeline and CodeBuild always make one.');
  try {
    const zip = await fromBufferPromise(Buffer.from(zipped.buffer, zipped.byteOffset, zipped.byteLength));
    const entries = await listEntries(zip);
    const entry = findEntry(entries, path);
    return entry === undefined ? { absent: classifyContents(entries, path) } : { bytes: await readEntry(zip, entry) };
  } catch (error) {
    throw explainZipError(error);
  }
}

/**
 * Returns one file of the only artifact. `property` names the path in messages. Throws a ConfigurationError if the zip is invalid or the file does not
 * exist.
 */
export async function extractFile(zipped: Uint8Array, path: string, property = 'FileName'): Promise<Uint8Array> {
  return chooseArtifact([{ lookup: await lookUpFile(zipped, path) }], { path, property }).lookup.bytes;
}
