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

/** Returns a zip with these entries, as a build would make it. */
export async function createZip(...entries: ZipEntry[]): Promise<Uint8Array> {
  const writer: Writer = new Uint8ArrayWriter();
  const zip = new ZipWriter(writer, { useWebWorkers: false, extendedTimestamp: false });
  for (const { path, content = '', ...options } of entries)
    await zip.add(path, new Uint8ArrayReader(Buffer.from(content)), options);
  return zip.close();
}
