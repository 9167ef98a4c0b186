import { crc32, deflateRawSync } from 'node:zlib';

/** A file in a zip. */
export interface ZipEntry {
  name: string;
  content: Buffer;
}

/** The earliest time that a zip can contain, 1980-01-01 00:00. With a fixed time, the same files always make the same zip (PKWARE APPNOTE 4.4.6). */
const fixedTime = 0;
const fixedDate = (1 << 5) | 1;

/**
 * A regular file that everyone can read, because Lambda runs as a user that does not own the file. If the maker is Unix, the upper half of the attributes is
 * the mode (APPNOTE 4.4.2, 4.4.15).
 */
const madeByUnix = (3 << 8) | 20;
const readableFile = 0o100644;

interface PackedEntry {
  name: Buffer;
  /** The fields that a local header and a central one share (APPNOTE 4.3.7, 4.3.12): from the version to the length of the extra field. */
  fields: Buffer;
  data: Buffer;
}

function packEntry({ name, content }: ZipEntry): PackedEntry {
  const data = deflateRawSync(content, { level: 9 });
  const encodedName = Buffer.from(name);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0); // needs version 2.0, for deflate
  fields.writeUInt16LE(0x0800, 2); // the name is UTF-8
  fields.writeUInt16LE(8, 4); // deflate
  fields.writeUInt16LE(fixedTime, 6);
  fields.writeUInt16LE(fixedDate, 8);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(data.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(encodedName.length, 22);
  return { name: encodedName, fields, data };
}

const signature = (text: string): Buffer => Buffer.from(`PK${text}`, 'latin1');

const formatLocal = ({ name, fields, data }: PackedEntry): Buffer =>
  Buffer.concat([signature('\x03\x04'), fields, name, data]);

function formatCentral({ name, fields }: PackedEntry, offset: number): Buffer {
  const [maker, rest] = [Buffer.alloc(2), Buffer.alloc(14)];
  maker.writeUInt16LE(madeByUnix);
  rest.writeUInt32LE(readableFile * 0x10000, 6);
  rest.writeUInt32LE(offset, 10);
  return Buffer.concat([signature('\x01\x02'), maker, fields, rest, name]);
}

/** Returns a zip of these files, in this order. The same version of Node makes the same bytes from the same files. */
export function createZip(files: ZipEntry[]): Buffer {
  const packed = files.map(packEntry);
  const locals = packed.map(formatLocal);
  const offsets = locals.map((_, index) => locals.slice(0, index).reduce((sum, { length }) => sum + length, 0));
  const central = Buffer.concat(packed.map((entry, index) => formatCentral(entry, offsets[index] ?? 0)));
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(
    locals.reduce((sum, { length }) => sum + length, 0),
    12,
  );
  return Buffer.concat([...locals, central, signature('\x05\x06'), end]);
}
