import {
  type Entry,
  ERR_BAD_FORMAT,
  ERR_CENTRAL_DIRECTORY_NOT_FOUND,
  ERR_EOCDR_NOT_FOUND,
  ERR_INVALID_COMPRESSED_DATA,
  ERR_INVALID_CRC32,
  ERR_INVALID_UNCOMPRESSED_SIZE,
  ERR_UNSUPPORTED_COMPRESSION,
  type FileEntry,
  Uint8ArrayReader,
  ZipReader,
} from '@zip.js/zip.js';
import { leadsOutside, pathMistake, pathOf } from './artifact-path.ts';
import { Failure } from './failure.ts';
import { shown } from './parse.ts';

/** Largest artifact that is read, in bytes: it is held in the memory of a function. */
export const artifactLimit = 64 * 1024 * 1024;
/** Largest file that is taken out of one, in bytes, whatever the zip declares: ten times what either of our files may have. */
export const fileLimit = 1024 * 1024;
/** Most entries that an artifact may have. */
export const entryLimit = 10_000;
const namesShown = 20;

const refusal = (sentence: string): Failure => new Failure('ConfigurationError', sentence);

/** The failure for an artifact of so many bytes, or nothing where it is small enough to read. */
export const artifactSizeMistake = (bytes: number): Failure | undefined =>
  bytes <= artifactLimit
    ? undefined
    : refusal(
        `The artifact has ${bytes} bytes; at most ${artifactLimit} are read. Give the action an artifact that holds only what it needs.`,
      );

const damaged = 'it was cut short or damaged on its way; run the action that made it again.';

/** What zip.js stumbled over, as the rest of a sentence about the artifact. */
const damages = new Map([
  [ERR_EOCDR_NOT_FOUND, `is a truncated zip (its central directory is missing): ${damaged}`],
  [ERR_CENTRAL_DIRECTORY_NOT_FOUND, `is a truncated zip (its central directory ends early): ${damaged}`],
  [ERR_BAD_FORMAT, `is a truncated or broken zip (its central directory points outside of it): ${damaged}`],
  [ERR_INVALID_CRC32, `holds the file, but its checksum is wrong: ${damaged}`],
  [ERR_INVALID_UNCOMPRESSED_SIZE, 'holds the file with another size than it declares; such a zip is not trusted.'],
  [ERR_INVALID_COMPRESSED_DATA, `holds the file, but its data cannot be decompressed: ${damaged}`],
  [ERR_UNSUPPORTED_COMPRESSION, 'holds the file with a compression other than deflate; pack it with an ordinary zip.'],
]);

const understood = (error: unknown): unknown => {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  const damage = damages.get(error.message) ?? `is a zip that cannot be read: ${error.message}.`;
  return refusal(`The artifact ${damage}`);
};

const listed = (entries: Entry[]): string => {
  const names = entries.filter(({ directory }) => !directory).map(({ filename }) => shown(filename));
  const more = names.length > namesShown ? ` and ${names.length - namesShown} more` : '';
  return names.length === 0 ? 'It holds no files.' : `It holds ${names.slice(0, namesShown).join(', ')}${more}.`;
};

async function entriesOf(zip: ZipReader<Uint8Array>): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.getEntriesGenerator()) {
    if (leadsOutside(pathOf(entry.filename)))
      throw refusal(
        `The artifact holds the path ${shown(entry.filename)}, which leads outside of it; such a zip is not trusted.`,
      );
    if (entries.push(entry) > entryLimit)
      throw refusal(`The artifact holds more than ${entryLimit} entries; give the action an artifact with fewer.`);
  }
  return entries;
}

function entryAt(entries: Entry[], path: string): FileEntry {
  const [entry, twin] = entries.filter(({ filename }) => pathOf(filename) === path);
  const isFolder = entries.some(({ filename }) => pathOf(filename).startsWith(`${path}/`));
  if (entry === undefined && isFolder)
    throw refusal(`${path} is a folder in the artifact, not a file. ${listed(entries)}`);
  if (entry === undefined)
    throw refusal(`The artifact has no file ${path}. ${listed(entries)} FileName says which one to read.`);
  if (twin !== undefined) throw refusal(`The artifact holds ${path} more than once; which one counts is not clear.`);
  if (entry.directory) throw refusal(`${path} is a folder in the artifact, not a file.`);
  if (entry.symlink) throw refusal(`${path} is a symbolic link in the artifact; pack the file itself.`);
  if (entry.encrypted) throw refusal(`${path} is encrypted with a password in the artifact; pack it without one.`);
  if (entry.uncompressedSize > fileLimit) throw refusal(tooLarge(path, `${entry.uncompressedSize} bytes`));
  return entry;
}

const tooLarge = (path: string, size: string): string =>
  `${path} has ${size} in the artifact; at most ${fileLimit} bytes are read.`;

/** Inflates one file and stops as soon as it is larger than it may be, since the size that a zip declares need not be true. */
async function bytesOf(entry: FileEntry, path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      size += chunk.length;
      if (size > fileLimit) throw refusal(tooLarge(path, 'more than it declares'));
      chunks.push(chunk);
    },
  });
  await entry.getData(sink);
  return Buffer.concat(chunks);
}

const signature = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, 4)).toString('latin1');

/** What begins neither with a file nor with the end of an empty zip is no zip (APPNOTE.TXT 4.3.7, 4.3.16). */
const isZip = (bytes: Uint8Array): boolean => ['PK\x03\x04', 'PK\x05\x06'].includes(signature(bytes));

/** One file of an artifact's zip. Throws a ConfigurationError, with a sentence of its own for every way in which a zip can be wrong. */
export async function fileFromZip(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  const mistake = pathMistake(path);
  if (mistake !== undefined) throw refusal(`${shown(path)} is no path in an artifact: ${mistake}.`);
  if (bytes.length === 0) throw refusal('The artifact is empty: it has no bytes.');
  if (!isZip(bytes)) throw refusal('The artifact is not a zip; CodePipeline and CodeBuild always make one.');
  const zip = new ZipReader(new Uint8ArrayReader(bytes), {
    useWebWorkers: false,
    checkCrc32: true,
    filenameValidation: 'tolerant',
  });
  try {
    return await bytesOf(entryAt(await entriesOf(zip), path), path);
  } catch (error) {
    throw understood(error);
  } finally {
    await zip.close();
  }
}
