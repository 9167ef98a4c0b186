import { describe, expect, it } from 'vitest';
import { extractFile, maxUnzippedFileBytes, maxZipEntries } from '../../core/artifact/zip.ts';
import { createZip } from '../zip.ts';

const path = 'imagedefinitions.json';
const content = '[{"name": "app", "imageUri": "nginx:1"}]';
const fromZip = (zip: Uint8Array) =>
  extractFile(zip, path).then(
    () => 'let in',
    (error: Error) => `${error.name}: ${error.message}`,
  );

/** A zip64 whose central directory lists its only file `count` times. 100,000 entries take only 5 MB. */
async function crowded(count: number): Promise<Uint8Array> {
  const zip = Buffer.from(await createZip({ path, content }));
  const [at, end] = [zip.indexOf('PK\x01\x02'), zip.indexOf('PK\x05\x06')];
  const directory = Buffer.concat(Array(count).fill(zip.subarray(at, end)));
  const record = Buffer.alloc(56);
  record.write('PK\x06\x06', 'latin1');
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  for (const offset of [24, 32]) record.writeBigUInt64LE(BigInt(count), offset);
  record.writeBigUInt64LE(BigInt(directory.length), 40);
  record.writeBigUInt64LE(BigInt(at), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(at + directory.length), 8);
  locator.writeUInt32LE(1, 16);
  const tail = Buffer.from(zip.subarray(end));
  tail.writeUInt16LE(0xffff, 8);
  tail.writeUInt16LE(0xffff, 10);
  tail.writeUInt32LE(0xffffffff, 12);
  tail.writeUInt32LE(0xffffffff, 16);
  return Buffer.concat([zip.subarray(0, at), directory, record, locator, tail]);
}

/** Changes the name of a zip's entry afterwards, because the packing library does not write such names. */
const renamed = async (from: string, to: string): Promise<Uint8Array> => {
  const zip = Buffer.from(await createZip({ path: from, content }, { path, content }));
  for (let at = zip.indexOf(from); at >= 0; at = zip.indexOf(from, at + 1)) zip.write(to, at, 'latin1');
  return zip;
};

describe('a zip is refused if', () => {
  it.each<[string, () => Promise<Uint8Array>, string]>([
    [
      'a path leads out of it',
      () => createZip({ path: '../../etc/cron.d/x', content }, { path, content }),
      'leads outside of it',
    ],
    [
      'a path leads out of it behind a folder',
      () => createZip({ path: 'a/../../x', content }, { path, content }),
      'leads outside of it',
    ],
    ['a path leads out of it with backslashes', () => renamed('a/b/c/d', '..\\..\\x'), 'leads outside of it'],
    ['a path is absolute', () => renamed('Xetc/passwd', '/etc/passwd'), 'leads outside of it'],
    ['a path begins with a drive letter', () => renamed('CX/secret', 'C:/secret'), 'leads outside of it'],
    [
      'a file is a symbolic link to a secret',
      () => createZip({ path, content: '/proc/self/environ', unixMode: 0o120777 }),
      'is a symbolic link',
    ],
    [
      'a file inflates to a thousand times its size',
      () => createZip({ path, content: Buffer.alloc(maxUnzippedFileBytes * 40) }),
      `at most ${maxUnzippedFileBytes} bytes are read`,
    ],
    ['it has a hundred thousand files', () => crowded(100_000), `more than ${maxZipEntries} entries`],
    [
      'it has two files of the requested name',
      () => createZip({ path, content }, { path: `./${path}`, content }),
      'more than once',
    ],
  ])('%s', async (_, zip, message) => {
    const said = await fromZip(await zip());
    expect(said).toContain(message);
    expect(said).toMatch(/^ConfigurationError: /);
    expect(said.length).toBeLessThan(1000);
  });

  it('it has a name with control characters, which the message escapes', async () => {
    const said = await fromZip(await createZip({ path: 'a\u001b[2J\u202e\nERROR.json', content }));
    expect(said).toContain('It holds "a\\u001b[2J\\u202e\\nERROR.json"');
  });
});
