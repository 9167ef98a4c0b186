import { crc32 } from 'node:zlib';

/** The date in the file's headers, 1980-01-01: the earliest that the format has. */
const dosDate = 0x21;
/** A regular file that everybody may read: Lambda refuses code that it cannot read. */
const unixMode = 0o100644;

/** The fields that a file's two headers have in common, from the version to the lengths of the name and of the extra field. */
function commonFields(name: Buffer, content: Buffer): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(dosDate, 8);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(content.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

const signature = (...bytes: number[]): Buffer => Buffer.from([0x50, 0x4b, ...bytes]);

/** The header of the directory at the end: made on Unix, with the file's mode and its offset 0. */
function directoryHeader(name: Buffer, content: Buffer): Buffer {
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE((unixMode << 16) >>> 0, 6);
  return Buffer.concat([signature(1, 2), Buffer.from([20, 3]), commonFields(name, content), tail, name]);
}

/** Makes a zip of one uncompressed file (PKWARE APPNOTE 4.3). */
export function zipFile(fileName: string, text: string): Buffer {
  const [name, content] = [Buffer.from(fileName), Buffer.from(text)];
  const file = Buffer.concat([signature(3, 4), commonFields(name, content), name, content]);
  const directory = directoryHeader(name, content);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(file.length, 12);
  return Buffer.concat([file, directory, signature(5, 6), end]);
}
