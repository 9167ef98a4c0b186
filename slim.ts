import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/*
 * What the packages bring along that no function of ours needs is left out of the bundles here, and nowhere else: our source imports the
 * packages as they are, and so do the command line and the tests of `core/` and `aws/`. The numbers are what one function lost by each,
 * minified (esbuild's metafile; SDK 3.1164, zod 4.6.7, yauzl 3.4.0).
 */

/** Modules, by the name that they are imported with, and what is bundled in their place. A name that is imported from one and missing here fails the build. */
const standIns: { module: RegExp; contents: string }[] = [
  // 130 KB: profiles, SSO, logins, web identities, containers, instances. Lambda hands the role's keys over in the environment
  // (docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
  {
    module: /^@aws-sdk\/credential-provider-node$/,
    contents: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';`,
  },
  // 20 KB: no call of ours answers with a stream of events. They are imported at need, which in one file keeps all that they refer to.
  {
    module: /^@smithy\/core\/event-streams$/,
    contents: `
      export const eventStreamSerdeProvider = () => undefined;
      export const resolveEventStreamSerdeConfig = (config) => config;
      export class EventStreamSerde { constructor() { throw new Error('a bundle reads no event streams'); } }`,
  },
  // 8 KB: a cache for endpoints that DynamoDB is asked for, which is filled by a middleware that none of our commands has.
  { module: /^@aws-sdk\/endpoint-cache$/, contents: 'export class EndpointCache {}' },
];

/** What a file exports, as `export class Name`, or `export { Name }` line by line. */
const exportsOf = (text: string): string[] =>
  [...text.matchAll(/^export (?:class|function|const) (\w+)|^\t(\w+),?$(?=[^{}]*^\};)/gm)].map(
    ([, one, other]) => one ?? other ?? '',
  );

/** A file with the same exports that all refuse to work; `made`: what they are where they are called already when a function starts. */
const refusing =
  (what: string, made = 'refuse') =>
  (text: string): string => {
    const names = exportsOf(text).map((name) => `made as ${name}`);
    return `function refuse() { throw new Error('a bundle has no ${what}'); } const made = ${made}; export { ${names} };`;
  };

/**
 * 8 KB: `util` is imported straight from its file, so that only what is used of it stays.
 * 4 KB: no code is generated for an object's schema (what zod's own `jitless` does): a function parses each event once, and writing and compiling
 * that code takes longer than one parse saves; the median first event is a tenth shorter without.
 */
const withPlainSchemas = (text: string): string =>
  text
    .replace('import { util } from "../core/index.js";', 'import * as util from "../core/util.js";')
    .replaceAll('core.util.', 'util.')
    .replace('core.$ZodObjectJIT.init', 'core.$ZodObject.init');

/** 2 KB for each client: of its package.json it only tells the version. */
const onlyVersion = (text: string): string => JSON.stringify({ version: JSON.parse(text).version });

/**
 * 57 KB of S3's shapes: for esbuild an object with a computed key may have an effect, so it stays, with all that it refers to.
 * The keys are constants, which are written in here.
 */
const withPlainKeys = (text: string): string => {
  const values = new Map([...text.matchAll(/^const (\w+) = (".*");$/gm)].map(([, name, value]) => [name, value]));
  return text.replace(/\[(\w+)\]:/g, (found, name: string) => (values.has(name) ? `${values.get(name)}:` : found));
};

/** 3 KB for each client: every exception writes down its name and whose fault it is, which its base has done already. */
const withPlainExceptions = (text: string): string => text.replace(/^ {4}(?:name = ".*"|\$fault = ".*");\n/gm, '');

/** Files of packages, and what is bundled of their text. */
const rewritings: { file: RegExp; rewritten: (text: string) => string; loader?: 'json' }[] = [
  // 15 KB: nobody asks a schema of ours for its JSON Schema.
  {
    file: /\/zod\/v4\/core\/(?:to-json-schema|json-schema-processors)\.js$/,
    rewritten: refusing('JSON Schemas', '() => refuse'),
  },
  // 3 KB, where S3 is 8: hashes in JavaScript, for where node:crypto is not.
  { file: /\/(?:Sha1|Sha256|Md5)Js\.js$/, rewritten: refusing('hashes in JavaScript') },
  // 3 KB: a checksum in JavaScript, for where node:zlib has none (before Node 20).
  { file: /\/yauzl\/crc32\.js$/, rewritten: () => '' },
  { file: /\/zod\/v4\/classic\/schemas\.js$/, rewritten: withPlainSchemas },
  { file: /\/@aws-sdk\/client-[\w-]+\/package\.json$/, rewritten: onlyVersion, loader: 'json' },
  { file: /\/@aws-sdk\/client-[\w-]+\/dist-es\/models\/errors\.js$/, rewritten: withPlainExceptions },
  { file: /\/@aws-sdk\/client-[\w-]+\/dist-es\/schemas\/schemas_0\.js$/, rewritten: withPlainKeys },
];

/** Makes bundles small and quick to start. */
export const slim: Plugin = {
  name: 'slim',
  setup(build) {
    for (const { module, contents } of standIns)
      build.onResolve({ filter: module }, ({ path, resolveDir }) => {
        return { path, namespace: 'slim', pluginData: { contents, resolveDir }, sideEffects: false };
      });
    build.onLoad({ filter: /.*/, namespace: 'slim' }, ({ pluginData }) => pluginData);
    for (const { file, rewritten, loader = 'js' } of rewritings)
      build.onLoad({ filter: file }, async ({ path }) => {
        return { contents: rewritten(await readFile(path, 'utf8')), loader };
      });
  },
};
