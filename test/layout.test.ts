import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const folders = [
  'core',
  'aws',
  'functions',
  'infra',
  'local',
  'policy-evaluator',
  'demo',
  'cli',
  'board',
  'bench',
  'bundle',
  '.ci',
];

const filesOf = (folder: string): string[] => {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`);
};
const files = folders.filter((folder) => readdirSync(root).includes(folder)).flatMap(filesOf);
const everyFile = [...files, ...filesOf('test'), ...readdirSync(root).filter((name) => name.endsWith('.ts'))];
const text = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Returns a file's imports, with relative paths converted to `folder/file`. */
const importsOf = (file: string): string[] =>
  [...text(file).matchAll(/(?:^|\n)(?:import|export)[^;'"]*?from '([^']+)'|import\('([^']+)'\)/g)].map((match) => {
    const name = match[1] ?? match[2] ?? '';
    return name.startsWith('.') ? join(file, '..', name) : name;
  });

/** The folders that each top folder is allowed to import, besides itself and Node's own modules. */
const allowed: Record<string, RegExp> = {
  core: /^(zod|jsonc-parser|yauzl)$/,
  aws: /^(core\/|@aws-sdk\/|@smithy\/|@aws-lambda-powertools\/|zod$)/,
  functions: /^(core\/|aws\/|#config$|zod$)/,
  infra: /^(core\/|gantry\.config\.ts$|@pulumi\/)/,
  // Imports only the plain data of `infra/`. The doctor evaluates policies as the embedded AWS does.
  cli: /^(core\/|aws\/|local\/assumptions\/(list|assumption)\.ts$|infra\/(installation|event-rule|system|policies|service-principals)[\w-]*\.ts$|infra\/template\/|bundle\/(load-bundles|package-functions)\.ts$|policy-evaluator\/|board\/|zod$|string-width$|wrap-ansi$)/,
  // The board shows and starts the same things as the command line, with the same code.
  board: /^(core\/|aws\/|cli\/|bundle\/board\.ts$|zod$|preact$|preact-render-to-string$)/,
  local:
    /^(policy-evaluator\/|zod|tinyqueue|jszip|yaml|esbuild|dynalite|aws-local-stepfunctions|fast-xml-parser|@smithy\/|@aws-sdk\/)/,
  'policy-evaluator': /^(zod$|@cloud-copilot\/)/,
};

/** `local/run.ts` and its parts install the whole system. So within `local/`, only they are allowed to import from every folder. */
const exempt = /^local\/run(\.ts|\/)/;

/** The folders of `core/`, from the top layer to the bottom. Each folder imports only from itself and from folders below it. */
const layers = [
  'board',
  'rollback',
  'reporting',
  'release-tasks',
  'rollout',
  'service',
  'schedule',
  'task-definition',
  'request',
  'artifact',
  'image',
  'events',
  'waiting',
  'config',
  'model',
  'parsing',
  'errors',
];

const layerOf = (file: string): number => layers.indexOf(file.split('/')[1] ?? '');

const imports = new Map(everyFile.map((file) => [file, importsOf(file).filter((name) => everyFile.includes(name))]));

/** Returns the files on an import path from `from` to `to`, without `from`; undefined if there is none. */
function pathBetween(from: string, to: string): string[] | undefined {
  const queue = [[from]];
  const seen = new Set<string>();
  for (const path of queue) {
    for (const next of imports.get(path.at(-1)!) ?? []) {
      if (next === to) return [...path.slice(1), next];
      if (!seen.has(next)) queue.push([...path, next]);
      seen.add(next);
    }
  }
  return undefined;
}

describe('layout', () => {
  it.each(files.filter((file) => Object.keys(allowed).includes(file.split('/')[0]!) && !exempt.test(file)))(
    '%s imports only what its folder is allowed to',
    (file) => {
      const folder = file.split('/')[0]!;
      const strangers = importsOf(file).filter(
        (name) => !name.startsWith(`${folder}/`) && !name.startsWith('node:') && !allowed[folder]!.test(name),
      );
      expect(strangers).toEqual([]);
    },
  );

  it('no folder of core/ imports from a folder above it', () => {
    const upward = filesOf('core').flatMap((file) =>
      (imports.get(file) ?? [])
        .filter((other) => other.startsWith('core/') && layerOf(other) < layerOf(file))
        .map((other) => `${file} imports ${other}, which is above it: move what both need into a folder below them.`),
    );
    expect(upward).toEqual([]);
    expect(readdirSync(join(root, 'core')).toSorted()).toEqual(layers.toSorted());
  });

  it('no two files import each other, directly or indirectly', () => {
    const cycles = everyFile.flatMap((file) => {
      const back = pathBetween(file, file);
      return back === undefined
        ? []
        : [`${[file, ...back].join(' -> ')}: move what the last one needs of the first into a file of its own.`];
    });
    expect(cycles).toEqual([]);
  });

  it("no file of core/ repeats its folder's name", () => {
    const repeated = filesOf('core').filter((file) => {
      const [, folder = '', name = ''] = file.split('/');
      return name.startsWith(folder);
    });
    expect(repeated).toEqual([]);
  });

  it('core/ uses no input, output, clock or environment', () => {
    const impure = /\bnode:(?!buffer|zlib)|process\.|Date\.now|new Date\(\)|Math\.random|console\.|setTimeout/;
    expect(filesOf('core').filter((file) => impure.test(text(file)))).toEqual([]);
  });

  it('no file has over 150 lines, is deeper than two folders, or has a meaningless name', () => {
    const long = files.filter((file) => text(file).split('\n').length > 151);
    const deep = files.filter((file) => file.split('/').length > 3);
    const vague = files.filter((file) => /(^|\/)(utils?|helpers?|index|handler)\.ts$/.test(file));
    expect({ long, deep, vague }).toEqual({ long: [], deep: [], vague: [] });
  });

  it('no file outside the SDK border has a cast', () => {
    const cast = /\bas (?!const\b)[A-Z{(\w]/;
    const code = (file: string) =>
      text(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|`[^`]*`|import[^;]*;|export [*{][^;]*;/g, '');
    expect(files.filter((file) => !file.startsWith('aws/') && cast.test(code(file)))).toEqual([]);
  });

  it('files import only the parts of zod that a bundler can drop: one value of its core brings all languages along, 260 KB', () => {
    const whole = /\bz\.(core\.[a-z]|locales)|import \{[^}]*\bz\b[^}]*\} from 'zod'/;
    expect(['core', 'aws', 'functions'].flatMap(filesOf).filter((file) => whole.test(text(file)))).toEqual([]);
  });

  it('deployed code imports no development-only code', () => {
    const developmentOnly = /^(local|policy-evaluator|test|infra|@cloud-copilot)\b/;
    const deployed = ['core', 'aws', 'functions'].flatMap(filesOf);
    expect(deployed.filter((file) => importsOf(file).some((name) => developmentOnly.test(name)))).toEqual([]);
  });

  it('only the doctor, the embedded AWS and tests evaluate policies, with a package under the AGPL', () => {
    const importersOf = (imported: RegExp, allowedIn: RegExp) =>
      everyFile.filter((file) => !allowedIn.test(file) && importsOf(file).some((name) => imported.test(name)));
    expect(importersOf(/^policy-evaluator\//, /^(policy-evaluator|local|cli\/doctor|test)\//)).toEqual([]);
    expect(importersOf(/^@cloud-copilot\//, /^(policy-evaluator|test)\//)).toEqual([]);
  });
});
