import { join } from 'node:path';

/** A module of a package, and our file that is bundled instead of it. */
export interface Replacement {
  package: string;
  /** How import statements name the module. */
  specifier: RegExp;
  /** Must export the same names as the module (replace-modules.ts checks it). */
  file: string;
}

const fileOf = (name: string): string => join(import.meta.dirname, 'replacements', name);

/** The parts of packages that no function of ours needs. Each size is the reduction of one minified function (SDK 3.1164, zod 4.6.7, yauzl 3.4.0). */
export const replacements: Replacement[] = [
  // 130 KB
  {
    package: '@aws-sdk/credential-provider-node',
    specifier: /^@aws-sdk\/credential-provider-node$/,
    file: fileOf('credential-provider.ts'),
  },
  // 20 KB: the SDK loads event streams with import(), which keeps everything they refer to in a single file.
  {
    package: '@smithy/core',
    specifier: /^@smithy\/core\/event-streams$/,
    file: fileOf('event-streams.ts'),
  },
  // 8 KB
  {
    package: '@aws-sdk/endpoint-cache',
    specifier: /^@aws-sdk\/endpoint-cache$/,
    file: fileOf('endpoint-cache.ts'),
  },
  // 3 KB, with S3 8 KB: hash functions in JavaScript, for platforms without node:crypto.
  { package: '@smithy/core', specifier: /\/Sha256Js$/, file: fileOf('sha256.ts') },
  { package: '@smithy/core', specifier: /\/Md5Js$/, file: fileOf('md5.ts') },
  { package: '@aws-sdk/checksums', specifier: /\/Sha1Js$/, file: fileOf('sha1.ts') },
  // No smaller, but faster.
  { package: 'zod', specifier: /^zod$/, file: fileOf('zod.ts') },
  // 15 KB together
  { package: 'zod', specifier: /\/to-json-schema\.js$/, file: fileOf('json-schema.ts') },
  { package: 'zod', specifier: /\/json-schema-processors\.js$/, file: fileOf('json-schema-processors.ts') },
  // 3 KB
  { package: 'yauzl', specifier: /^\.\/crc32$/, file: fileOf('crc32.ts') },
];
