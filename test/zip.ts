import {
  Uint8ArrayReader,
  Uint8ArrayWriter,
  type Uint8ArrayWriter as Writer,
  ZipWriter,
  type ZipWriterAddDataOptions,
} from '@zip.js/zip.js';

/** One entry of a zip for a test: its path, its content, and how it is packed. */
export interface ZipEntry extends ZipWriterAddDataOptions {
  path: string;
  content?: Uint8Array | string;
}

/** The time of every entry. With a fixed time, the same entries always give the same bytes. */
const lastModDate = new Date('2026-01-01T00:00:00Z');

/** Returns a zip with these entries, as a build would make it. */
export async function createZip(...entries: ZipEntry[]): Promise<Uint8Array> {
  const writer: Writer = new Uint8ArrayWriter();
  const zip = new ZipWriter(writer, { useWebWorkers: false, extendedTimestamp: false, lastModDate });
  for (const { path, content = '', ...options } of entries)
    await zip.add(path, new Uint8ArrayReader(Buffer.from(content)), options);
  return zip.close();
}
