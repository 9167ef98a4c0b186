import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { Failure } from '../errors/failure.ts';
import { shown } from '../parsing/validation.ts';
import { pathMistake, pathOf } from './path.ts';

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

/** What yauzl says (its index.js, 3.4.0), and the rest of a sentence about the artifact: a function of what the words have in brackets. */
const damages: [RegExp, (found: string) => string][] = [
  [/^End of central directory/, () => `is a truncated zip (its central directory is missing): ${damaged}`],
  [/^unexpected EOF$/, () => `is a truncated zip (its central directory ends early): ${damaged}`],
  [
    /^invalid (?:central directory|local|zip64)|overflows file bounds|outside buffer/,
    () => `is a truncated or broken zip (its central directory points outside of it): ${damaged}`,
  ],
  [
    /^(?:absolute|invalid relative) path: (.*)$/s,
    (path) => `holds the path ${shown(path)}, which leads outside of it; such a zip is not trusted.`,
  ],
  [/bytes in the stream/, () => 'holds the file with another size than it declares; such a zip is not trusted.'],
  [
    /^unsupported compression method/,
    () => 'holds the file with a compression other than deflate; pack it with an ordinary zip.',
  ],
];

/** What zlib says of bytes that it cannot inflate (nodejs.org/api/zlib.html#constants-1). */
const isInflateError = (error: Error): boolean =>
  'code' in error && ['Z_DATA_ERROR', 'Z_BUF_ERROR'].includes(`${error.code}`);

function understood(error: unknown): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  if (isInflateError(error))
    return refusal(`The artifact holds the file, but its data cannot be decompressed: ${damaged}`);
  for (const [words, sentence] of damages) {
    const found = words.exec(error.message);
    if (found) return refusal(`The artifact ${sentence(found[1] ?? '')}`);
  }
  return refusal(`The artifact is a zip that cannot be read: ${error.message}.`);
}

const listed = (entries: Entry[]): string => {
  const names = entries.filter(({ fileName }) => !fileName.endsWith('/')).map(({ fileName }) => shown(fileName));
  const more = names.length > namesShown ? ` and ${names.length - namesShown} more` : '';
  return names.length === 0 ? 'It holds no files.' : `It holds ${names.slice(0, namesShown).join(', ')}${more}.`;
};

async function entriesOf(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry())
    if (entries.push(entry) > entryLimit)
      throw refusal(`The artifact holds more than ${entryLimit} entries; give the action an artifact with fewer.`);
  return entries;
}

/** The file's kind in the mode that Unix tools put into the upper half of the attributes (APPNOTE.TXT 4.4.15; S_IFMT of inode(7)). */
const isLink = ({ externalFileAttributes }: Entry): boolean =>
  ((externalFileAttributes >>> 16) & 0o170000) === 0o120000;

function entryAt(entries: Entry[], path: string): Entry {
  const [entry, twin] = entries.filter(({ fileName }) => pathOf(fileName) === path);
  const isFolder = entries.some(({ fileName }) => pathOf(fileName).startsWith(`${path}/`));
  if (entry === undefined && isFolder)
    throw refusal(`${path} is a folder in the artifact, not a file. ${listed(entries)}`);
  if (entry === undefined)
    throw refusal(`The artifact has no file ${path}. ${listed(entries)} FileName says which one to read.`);
  if (twin !== undefined) throw refusal(`The artifact holds ${path} more than once; which one counts is not clear.`);
  if (isLink(entry)) throw refusal(`${path} is a symbolic link in the artifact; pack the file itself.`);
  if (entry.isEncrypted()) throw refusal(`${path} is encrypted with a password in the artifact; pack it without one.`);
  if (entry.uncompressedSize > fileLimit)
    throw refusal(`${path} has ${entry.uncompressedSize} bytes in the artifact; at most ${fileLimit} bytes are read.`);
  return entry;
}

/** One file's bytes. What inflates to more than it declares ends the stream there (yauzl's validateEntrySizes), so no more is ever held. */
async function bytesOf(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  const stream = await zip.openReadStreamPromise(entry);
  const bytes = Buffer.concat(await stream.toArray());
  if (crc32(bytes) !== entry.crc32) throw refusal(`The artifact holds the file, but its checksum is wrong: ${damaged}`);
  return bytes;
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
  try {
    const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return await bytesOf(zip, entryAt(await entriesOf(zip), path));
  } catch (error) {
    throw understood(error);
  }
}
