import { describe, expect, it } from 'vitest';
import {
  checkArtifactSize,
  extractFile,
  maxArtifactBytes,
  maxUnzippedFileBytes,
  maxZipEntries,
} from '../../../core/artifact/zip.ts';
import { findPathError } from '../../../core/parsing/file-path.ts';
import { createZip } from '../../zip.ts';

const path = 'imagedefinitions.json';
const content = JSON.stringify([{ name: 'app', imageUri: 'nginx:1' }]);
const good = await createZip({ path, content }, { path: 'src/taskdef.json', content: '{}' });
const refuses = (bytes: Uint8Array, sentence: RegExp, file = path) =>
  expect(extractFile(bytes, file)).rejects.toThrow(
    expect.objectContaining({ name: 'ConfigurationError', message: expect.stringMatching(sentence) }),
  );

/** Returns a zip in which other bytes replace every occurrence of `from`. */
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

describe('a file of an artifact', () => {
  it.each([
    ['a file at the top', good, path],
    ['a file in a folder', good, 'src/taskdef.json'],
    ['an uncompressed file', createZip({ path, content, level: 0 }), path],
    ['a file whose sizes follow its data', createZip({ path, content, dataDescriptor: true }), path],
    ['a file of a zip64', createZip({ path, content, zip64: true }), path],
    ['a file below ./', createZip({ path: `./${path}`, content }), path],
    ['a file packed on Windows', named(createZip({ path: `out/${path}`, content }), 'out/', 'out\\'), `out/${path}`],
  ])('is returned: %s', async (_what, zip, file) => {
    expect(Buffer.from(await extractFile(await zip, file)).toString()).toBe(
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
    ['an empty zip', createZip(), /has no file imagedefinitions\.json\. It holds no files\./],
    [
      'a zip without the file',
      createZip({ path: 'a.txt' }, { path: 'b/c.txt' }),
      /has no file imagedefinitions\.json\. It holds "a\.txt", "b\/c\.txt"\. FileName says/,
    ],
    ['a folder of that name', createZip({ path: `${path}/`, directory: true }), /is a folder in the artifact/],
    ['files below that name', createZip({ path: `${path}/x` }), /is a folder in the artifact, not a file\. It holds/],
    ['an encrypted file', createZip({ path, content, password: 'p', zipCrypto: true }), /is encrypted with a password/],
    ['an AES-encrypted file', createZip({ path, content, password: 'p' }), /is encrypted with a password/],
    [
      'a symbolic link',
      createZip({ path, content: '/etc/passwd', unixMode: 0o120777, level: 0 }),
      /is a symbolic link/,
    ],
    [
      'a file one byte too large',
      createZip({ path, content: Buffer.alloc(maxUnzippedFileBytes + 1) }),
      /has 1048577 bytes in the artifact; at most 1048576/,
    ],
    [
      'the same file twice',
      named(createZip({ path, content }, { path: 'xmagedefinitions.json' }), 'xmage', 'image'),
      /more than once/,
    ],
    ['the same file in two spellings', createZip({ path, content }, { path: `./${path}`, content }), /more than once/],
    [
      'a path that leads out of the folder',
      createZip({ path, content }, { path: 'a/../../b' }),
      /holds the path "a\/\.\.\/\.\.\/b", which leads outside/,
    ],
    [
      'an absolute path',
      createZip({ path, content }, { path: '/etc/passwd' }),
      /holds the path "\/etc\/passwd", which leads outside/,
    ],
    [
      'a path with backslashes that leads out of the folder',
      named(createZip({ path, content }, { path: 'xx/b' }), 'xx/b', '..\\b'),
      /leads outside/,
    ],
  ])('is refused with a message of its own: %s', async (_what, zip, sentence) => {
    await refuses(await zip, sentence);
  });

  it('is refused if its data was damaged', async () => {
    const zip = Buffer.from(await createZip({ path, content, level: 0 }));
    zip[zip.indexOf('nginx')] = 0x4e;
    await refuses(zip, /its checksum is wrong: it is incomplete or damaged/);
  });

  it('is refused if its data cannot be decompressed', async () => {
    const zip = Buffer.from(await createZip({ path, content: 'a'.repeat(9999) }));
    zip.fill(0xff, zip.indexOf(path) + path.length, zip.indexOf(path) + path.length + 12);
    await refuses(zip, /cannot be decompressed|checksum is wrong/);
  });

  it('is refused if its compression is unknown', async () => {
    const zip = Buffer.from(await createZip({ path, content }));
    zip.writeUInt16LE(12, zip.indexOf('PK\x01\x02') + 10);
    zip.writeUInt16LE(12, 8);
    await refuses(zip, /a compression other than deflate/);
  });

  it('is read only up to its declared size if it inflates to more', async () => {
    const size = 64 * maxUnzippedFileBytes;
    const zip = forged(await createZip({ path, content: Buffer.alloc(size) }), uint32(size), uint32(100));
    await refuses(zip, /more than it declares|another size than it declares/);
  });

  it.each([
    ['in a folder after 25 other files', 'deploy/imagedefinitions.json'],
    ['in another case', 'ImageDefinitions.json'],
    ['in a folder and in another spelling', './deploy//IMAGEDEFINITIONS.json', 'deploy/IMAGEDEFINITIONS.json'],
  ])('is missing: the message first lists a file with the same name, %s', async (_what, namesake, shown = namesake) => {
    const others = Array.from({ length: 25 }, (_, index) => ({ path: `src/f${index}` }));
    const message = new RegExp(
      `^The artifact has no file imagedefinitions\\.json, but it holds ${shown}\\. Its other files: "src/f0", .* and 5 more\\. FileName says`,
    );
    await refuses(await createZip(...others, { path: namesake }), message);
  });

  it('is missing: the message lists at most twenty files', async () => {
    const zip = await createZip(...Array.from({ length: 25 }, (_, index) => ({ path: `f${index}` })));
    await refuses(zip, /"f19" and 5 more\./);
  });

  it('is refused if the zip has more entries than the limit', async () => {
    const zip = Buffer.from(await createZip({ path, content }));
    const [directory, end] = [zip.indexOf('PK\x01\x02'), zip.indexOf('PK\x05\x06')];
    const count = maxZipEntries + 1;
    const records = Buffer.concat(Array(count).fill(zip.subarray(directory, end)));
    const tail = Buffer.from(zip.subarray(end));
    tail.writeUInt16LE(count, 8);
    tail.writeUInt16LE(count, 10);
    tail.writeUInt32LE(records.length, 12);
    await refuses(Buffer.concat([zip.subarray(0, directory), records, tail]), /more than 10000 entries/);
  });
});

describe('paths that name the same file', () => {
  const wanted = [
    'src/taskdef.json',
    './src/taskdef.json',
    'src/./taskdef.json',
    'src//taskdef.json',
    '././src///./taskdef.json',
    'src\\taskdef.json',
    '.\\src\\.\\taskdef.json',
  ];

  it.each(wanted)('%s is read from an entry in any spelling', async (file) => {
    for (const spelling of wanted)
      expect(Buffer.from(await extractFile(await createZip({ path: spelling, content }), file)).toString()).toBe(
        content,
      );
  });

  it.each([
    ['src/../src/taskdef.json', 'src/taskdef.json'],
    ['src\\x\\..\\taskdef.json', 'src/taskdef.json'],
    ['\u00fcber/taskdef.json', 'u\u0308ber/taskdef.json'],
    ['u\u0308ber/taskdef.json', '\u00fcber/taskdef.json'],
    ['a%2Fb.json', 'a%2Fb.json'],
  ])('%j is read from the entry %j', async (file, entry) => {
    expect(Buffer.from(await extractFile(await createZip({ path: entry, content }), file)).toString()).toBe(content);
  });

  it.each([
    ['a%2Fb.json', 'a/b.json'],
    ['a+b.json', 'a b.json'],
    ['a', 'a/b.json'],
  ])('%j is not read from the entry %j', async (file, entry) => {
    await expect(extractFile(await createZip({ path: entry, content }), file)).rejects.toThrow(
      /has no file|is a folder in/,
    );
  });

  it('differ if upper and lower case differ', () =>
    refuses(good, /^The artifact has no file SRC\/taskdef\.json/, 'SRC/taskdef.json'));
});

describe('the requested path', () => {
  it.each([
    ['a/b.json', undefined],
    ['..b/c..json', undefined],
    ['', 'names no file'],
    ['a/', 'names no file'],
    ['.', 'names no file'],
    ['./', 'names no file'],
    ['a/.', 'names no file'],
    ['.hidden', undefined],
    ['arn:aws:ecs:eu-west-1:222222222222:task-definition/web:3', 'is an ARN'],
    ['/a', 'leads outside'],
    ['C:/a', 'leads outside'],
    ['a/../../b', 'leads outside'],
    ['a\\b', undefined],
    ['a\\..\\..\\b', 'leads outside'],
  ])('%j is checked before the zip is opened', async (file, error) => {
    if (error === undefined) return expect(findPathError(file)).toBeUndefined();
    expect(findPathError(file)).toContain(error);
    await refuses(good, new RegExp(error), file);
  });
});

describe('the size of an artifact', () => {
  it('is allowed up to the limit and refused above it', () => {
    expect(checkArtifactSize(maxArtifactBytes)).toBeUndefined();
    expect(checkArtifactSize(maxArtifactBytes + 1)?.message).toContain(`at most ${maxArtifactBytes}`);
  });
});
