import { describe, expect, it } from 'vitest';
import { pathMistake } from '../../../core/artifact/path.ts';
import { artifactLimit, artifactSizeMistake, entryLimit, fileFromZip, fileLimit } from '../../../core/artifact/zip.ts';
import { zipOf } from '../../zip.ts';

const path = 'imagedefinitions.json';
const content = JSON.stringify([{ name: 'app', imageUri: 'nginx:1' }]);
const good = await zipOf({ path, content }, { path: 'src/taskdef.json', content: '{}' });
const refuses = (bytes: Uint8Array, sentence: RegExp, file = path) =>
  expect(fileFromZip(bytes, file)).rejects.toThrow(
    expect.objectContaining({ name: 'ConfigurationError', message: expect.stringMatching(sentence) }),
  );

/** A zip with other bytes written over every place where `from` stands. */
const forged = (zip: Uint8Array, from: Buffer, to: Buffer): Uint8Array => {
  const copy = Buffer.from(zip);
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + 1)) to.copy(copy, at);
  return copy;
};
const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const named = async (zip: Promise<Uint8Array>, from: string, to: string) =>
  forged(await zip, Buffer.from(from), Buffer.from(to));

describe('fileFromZip', () => {
  it.each([
    ['a file at the top', good, path],
    ['a file in a folder', good, 'src/taskdef.json'],
    ['a file that is stored as it is', zipOf({ path, content, level: 0 }), path],
    ['a file whose sizes come behind it', zipOf({ path, content, dataDescriptor: true }), path],
    ['a file of a zip64', zipOf({ path, content, zip64: true }), path],
    ['a file below ./', zipOf({ path: `./${path}`, content }), path],
    ['a file packed on Windows', named(zipOf({ path: `out/${path}`, content }), 'out/', 'out\\'), `out/${path}`],
  ])('gives %s', async (_what, zip, file) => {
    expect(Buffer.from(await fileFromZip(await zip, file)).toString()).toBe(
      file === 'src/taskdef.json' ? '{}' : content,
    );
  });

  it.each([
    ['no bytes', new Uint8Array(), /^The artifact is empty: it has no bytes\.$/],
    ['a text', Buffer.from('<html>'), /^The artifact is not a zip/],
    ['a tar', Buffer.from('1f8b0800', 'hex'), /^The artifact is not a zip/],
    [
      'the first half of a zip',
      good.subarray(0, good.length / 2),
      /^The artifact is a truncated zip \(its central directory is missing\)/,
    ],
    ['a zip of nothing', zipOf(), /has no file imagedefinitions\.json\. It holds no files\./],
    [
      'a zip without the file',
      zipOf({ path: 'a.txt' }, { path: 'b/c.txt' }),
      /has no file imagedefinitions\.json\. It holds "a\.txt", "b\/c\.txt"\. FileName says/,
    ],
    ['a folder of that name', zipOf({ path: `${path}/`, directory: true }), /is a folder in the artifact/],
    ['files below that name', zipOf({ path: `${path}/x` }), /is a folder in the artifact, not a file\. It holds/],
    [
      'the file behind a password',
      zipOf({ path, content, password: 'p', zipCrypto: true }),
      /is encrypted with a password/,
    ],
    ['the file under AES', zipOf({ path, content, password: 'p' }), /is encrypted with a password/],
    ['a symbolic link', zipOf({ path, content: '/etc/passwd', unixMode: 0o120777, level: 0 }), /is a symbolic link/],
    [
      'a file one byte too large',
      zipOf({ path, content: Buffer.alloc(fileLimit + 1) }),
      /has 1048577 bytes in the artifact; at most 1048576/,
    ],
    [
      'the same file twice',
      named(zipOf({ path, content }, { path: 'xmagedefinitions.json' }), 'xmage', 'image'),
      /more than once/,
    ],
    ['the same file in two spellings', zipOf({ path, content }, { path: `./${path}`, content }), /more than once/],
    [
      'a path out of it',
      zipOf({ path, content }, { path: 'a/../../b' }),
      /holds the path "a\/\.\.\/\.\.\/b", which leads outside/,
    ],
    [
      'a path from the root',
      zipOf({ path, content }, { path: '/etc/passwd' }),
      /holds the path "\/etc\/passwd", which leads outside/,
    ],
    [
      'a path out of it in Windows letters',
      named(zipOf({ path, content }, { path: 'xx/b' }), 'xx/b', '..\\b'),
      /leads outside/,
    ],
  ])('refuses %s in a sentence of its own', async (_what, zip, sentence) => {
    await refuses(await zip, sentence);
  });

  it('refuses a file whose data was damaged', async () => {
    const zip = Buffer.from(await zipOf({ path, content, level: 0 }));
    zip[zip.indexOf('nginx')] = 0x4e;
    await refuses(zip, /its checksum is wrong: it was cut short or damaged/);
  });

  it('refuses data that cannot be decompressed', async () => {
    const zip = Buffer.from(await zipOf({ path, content: 'a'.repeat(9999) }));
    zip.fill(0xff, zip.indexOf(path) + path.length, zip.indexOf(path) + path.length + 12);
    await refuses(zip, /cannot be decompressed|checksum is wrong/);
  });

  it('refuses a compression that it does not know', async () => {
    const zip = Buffer.from(await zipOf({ path, content }));
    zip.writeUInt16LE(12, zip.indexOf('PK\x01\x02') + 10);
    zip.writeUInt16LE(12, 8);
    await refuses(zip, /a compression other than deflate/);
  });

  it('stops at a bomb that declares to be small', async () => {
    const size = 64 * fileLimit;
    const zip = forged(await zipOf({ path, content: Buffer.alloc(size) }), uint32(size), uint32(100));
    await refuses(zip, /more than it declares|another size than it declares/);
  });

  it('lists at most twenty of the files that are there', async () => {
    const zip = await zipOf(...Array.from({ length: 25 }, (_, index) => ({ path: `f${index}` })));
    await refuses(zip, /"f19" and 5 more\./);
  });

  it('refuses more entries than it is ready to look at', async () => {
    const zip = Buffer.from(await zipOf({ path, content }));
    const [directory, end] = [zip.indexOf('PK\x01\x02'), zip.indexOf('PK\x05\x06')];
    const count = entryLimit + 1;
    const records = Buffer.concat(Array(count).fill(zip.subarray(directory, end)));
    const tail = Buffer.from(zip.subarray(end));
    tail.writeUInt16LE(count, 8);
    tail.writeUInt16LE(count, 10);
    tail.writeUInt32LE(records.length, 12);
    await refuses(Buffer.concat([zip.subarray(0, directory), records, tail]), /more than 10000 entries/);
  });
});

describe('the path that is asked for', () => {
  it.each([
    ['a/b.json', undefined],
    ['..b/c..json', undefined],
    ['', 'names no file'],
    ['a/', 'names no file'],
    ['/a', 'leads outside'],
    ['C:/a', 'leads outside'],
    ['a/../../b', 'leads outside'],
    ['a\\b', 'backslashes'],
  ])('%j is judged before the zip is opened', async (file, mistake) => {
    if (mistake === undefined) return expect(pathMistake(file)).toBeUndefined();
    expect(pathMistake(file)).toContain(mistake);
    await refuses(good, new RegExp(mistake), file);
  });
});

describe('artifactSizeMistake', () => {
  it('allows the limit and no byte more', () => {
    expect(artifactSizeMistake(artifactLimit)).toBeUndefined();
    expect(artifactSizeMistake(artifactLimit + 1)?.message).toContain(`at most ${artifactLimit}`);
  });
});
