import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gantry config ')));
afterAll(() => rmSync(folder, { recursive: true }));

const small = readFileSync(join(root, 'test/local/fixtures/small.config.json'), 'utf8');
const object = JSON.stringify({ ...JSON.parse(small), $schema: undefined });
const typed = `import type { Config } from 'gantry';\nexport default ${object} satisfies Config;\n`;
const commonJs = '{"type": "commonjs"}';

interface Case {
  what: string;
  /** The files of the project, by path. */
  files: Record<string, string | Buffer>;
  /** The folder in which the command runs. */
  cwd?: string;
  /** The value of --config. */
  option?: string;
  /** The name of the installation, if the configuration is accepted. */
  name?: string;
  /** The message, or its beginning. */
  error?: string | RegExp;
}

const none =
  /^There is no gantry\.config\.ts, gantry\.config\.mjs or gantry\.config\.json in .* or a folder above it\./;

const cases: Case[] = [
  { what: 'TypeScript', files: { 'gantry.config.ts': typed }, name: 'small' },
  {
    what: 'TypeScript in a project of CommonJS',
    files: { 'gantry.config.ts': typed, 'package.json': commonJs },
    name: 'small',
  },
  {
    what: 'TypeScript that imports TypeScript in a project of CommonJS',
    files: {
      'gantry.config.ts': `import config from './accounts.ts'; export default config;`,
      'accounts.ts': typed,
      'package.json': commonJs,
    },
    name: 'small',
  },
  { what: 'an ES module', files: { 'gantry.config.mjs': `export default ${object};` }, name: 'small' },
  { what: 'JSON with the name of its schema', files: { 'gantry.config.json': small }, name: 'small' },
  {
    what: 'JSON with the line ends and the byte order mark of Windows',
    files: { 'gantry.config.json': `\uFEFF${small.replaceAll('\n', '\r\n')}` },
    name: 'small',
  },
  {
    what: 'TypeScript with the line ends of Windows',
    files: { 'gantry.config.ts': typed.replaceAll('\n', '\r\n') },
    name: 'small',
  },
  {
    what: 'the nearest folder above',
    files: { 'gantry.config.json': '{}', 'a b/gantry.config.mjs': `export default ${object}`, 'a b/c/d/x': '' },
    cwd: 'a b/c/d',
    name: 'small',
  },
  {
    what: '--config beside another configuration',
    files: { 'gantry.config.json': '{}', 'other.json': small },
    option: 'other.json',
    name: 'small',
  },
  {
    what: '--config in a folder above',
    files: { 'shop ü/prod #1.mjs': `export default ${object}`, 'x/y': '' },
    cwd: 'x',
    option: '../shop ü/prod #1.mjs',
    name: 'small',
  },
  {
    what: 'two configurations in one folder',
    files: { 'gantry.config.ts': typed, 'gantry.config.json': small },
    error: 'There are gantry.config.ts and gantry.config.json: keep one of them, or name one with --config FILE.',
  },
  { what: 'no configuration', files: { 'package.json': '{}' }, error: none },
  {
    what: 'a configuration with an ending that Gantry does not read',
    files: { 'gantry.config.js': typed },
    error: /Gantry does not read gantry\.config\.js: rename it to gantry\.config\.mjs\. Run the command in the folder/,
  },
  {
    what: 'another spelling of the name',
    files: { 'Gantry.Config.json': small },
    error: /Gantry does not read Gantry\.Config\.json: rename it to gantry\.config\.json\./,
  },
  {
    what: 'an ending that Gantry does not read, below another configuration',
    files: { 'gantry.config.json': small, 'prod/gantry.config.js': typed },
    cwd: 'prod',
    error:
      /^Gantry does not read gantry\.config\.js: rename it to gantry\.config\.mjs\. To use .*gantry\.config\.json, which is in a folder above it, name that file with --config\.$/,
  },
  {
    what: 'an ending that Gantry does not read, beside or above the configuration',
    files: { 'gantry.config.js': typed, 'prod/gantry.config.json': small, 'prod/gantry.config.js': typed },
    cwd: 'prod',
    name: 'small',
  },
  {
    what: 'another ending of TypeScript',
    files: { 'gantry.config.mts': typed },
    error: /Gantry does not read gantry\.config\.mts: rename it to gantry\.config\.ts\./,
  },
  {
    what: '--config with a missing file',
    files: { 'gantry.config.json': small },
    option: 'nowhere.ts',
    error: '--config is "nowhere.ts"; there is no such file.',
  },
  {
    what: '--config with a folder',
    files: { 'a/b': '' },
    option: 'a',
    error: '--config is "a"; there is no such file.',
  },
  {
    what: '--config with another ending',
    files: { 'gantry.yaml': 'name: small' },
    option: 'gantry.yaml',
    error: '--config is "gantry.yaml"; its name must end in .ts, .mjs or .json.',
  },
  {
    what: 'a comment in JSON',
    files: { 'gantry.config.json': `{\n  // accounts\n  "name": "small"\n}` },
    error:
      'gantry.config.json is not JSON: Invalid comment token at line 2, column 3. JSON has no comments: remove it, or write gantry.config.mjs.',
  },
  {
    what: 'a missing comma in JSON',
    files: { 'gantry.config.json': `{\n  "name": "small"\n  "build": {}\n}` },
    error: 'gantry.config.json is not JSON: Comma expected at line 3, column 3.',
  },
  { what: 'an empty JSON file', files: { 'gantry.config.json': '' }, error: 'gantry.config.json is empty.' },
  {
    what: 'JSON in UTF-16',
    files: { 'gantry.config.json': Buffer.from(`\uFEFF${small}`, 'utf16le') },
    error: /^gantry\.config\.json is encoded as UTF-16 .* Write it as UTF-8\.$/,
  },
  {
    what: 'a list instead of an object',
    files: { 'gantry.config.json': '[]' },
    error:
      'gantry.config.json:\n  - The configuration must be an object with the fields name, build and targets; found [].',
  },
  {
    what: 'a folder with the name of a configuration',
    files: { 'gantry.config.json': small, 'gantry.config.ts/x': '', 'a/gantry.config.mjs/x': '' },
    cwd: 'a',
    name: 'small',
  },
  {
    what: 'a promise of the object',
    files: { 'gantry.config.mjs': `export default Promise.resolve(${object});` },
    name: 'small',
  },
  {
    what: 'a promise that is rejected',
    files: { 'gantry.config.mjs': `\nexport default Promise.reject(new Error('no network'));` },
    error: /^gantry\.config\.mjs:2: no network$/,
  },
  {
    what: 'an async function that throws',
    files: {
      'gantry.config.ts': `const load = async () => {\n  throw new TypeError('no accounts');\n};\nexport default load();`,
    },
    error: /^gantry\.config\.ts:2: no accounts$/,
  },
  {
    what: 'a field that throws when it is read',
    files: { 'gantry.config.mjs': `export default {\n  get name() { throw new Error('no name'); },\n};` },
    error: /^gantry\.config\.mjs:2: no name$/,
  },
  {
    what: 'an error that is no Error',
    files: { 'gantry.config.mjs': `throw 'a text';` },
    error: /^gantry\.config\.mjs: a text$/,
  },
  {
    what: 'an import without the ending of its TypeScript file',
    files: { 'gantry.config.ts': `import './base'; export default {};`, 'base.ts': '' },
    error: /Cannot find module .*\. Write the ending of the file: \.\/base\.ts$/,
  },
  {
    what: 'an import with the ending of the JavaScript file',
    files: { 'gantry.config.ts': `import './base.js'; export default {};`, 'base.ts': '' },
    error: /Cannot find module .*\. Write the ending of the file: \.\/base\.ts$/,
  },
  {
    what: 'a function instead of an object',
    files: { 'gantry.config.mjs': 'export default () => ({});' },
    error: /must be an object with the fields name, build and targets; found a function\.$/,
  },
  {
    what: 'the type, imported as a value',
    files: {
      'gantry.config.ts': `import { Config } from 'gantry'; export default {} satisfies Config;`,
      'node_modules/gantry/package.json': '{"name": "gantry", "exports": {".": {"types": "./dist/config.d.ts"}}}',
    },
    error: /Gantry exports only a type: write import type { Config } from 'gantry' and export default/,
  },
  {
    what: 'defineConfig of an earlier version',
    files: {
      'gantry.config.ts': `import { defineConfig } from '${root}/core/config/check.ts'; export default defineConfig({});`,
    },
    error: /does not provide an export named 'defineConfig'\. Gantry exports only a type/,
  },
  {
    what: 'a module without a default export',
    files: { 'gantry.config.mjs': `export const config = ${object};` },
    error: 'gantry.config.mjs has no default export: write export default { … } around the configuration.',
  },
  {
    what: 'a module of CommonJS',
    files: { 'gantry.config.mjs': `module.exports = ${object};` },
    error: /^gantry\.config\.mjs:1: module is not defined in ES module scope/,
  },
  {
    what: 'a syntax error',
    files: { 'gantry.config.mjs': 'export default {\n  name: "small"\n  build: {} };' },
    error: 'gantry.config.mjs:3: Unexpected identifier',
  },
  {
    what: 'a syntax error in a file that it imports',
    files: { 'gantry.config.mjs': `import './a b.mjs'; export default {};`, 'a b.mjs': '\n\n}' },
    error: "a b.mjs:3: Unexpected token '}'",
  },
  {
    what: 'TypeScript that Node cannot strip',
    files: { 'gantry.config.ts': 'enum Region { Ireland }\nexport default {};' },
    error: /^gantry\.config\.ts:1: .*enum is not supported in strip-only mode/s,
  },
];

/** The same errors in every form of the configuration. */
const wrong = { name: 'Small!', nmae: 'small', build: { account: 1, region: 'eu-west-9' }, targets: [] };
const forms: Record<string, string> = {
  'gantry.config.ts': `import type { Config } from 'gantry'; export default ${JSON.stringify(wrong)} satisfies Config`,
  'gantry.config.mjs': `export default ${JSON.stringify(wrong)}`,
  'gantry.config.json': JSON.stringify(wrong),
};

/** Loads the configuration of each case, one after the other, in one process. */
const program = `
  const { chooseConfigFile, loadConfig } = await import(${JSON.stringify(join(root, 'cli/load-config.ts'))});
  const answers = [];
  for (const { cwd, option } of JSON.parse(process.argv[2])) {
    process.chdir(cwd);
    answers.push(await (async () => (await loadConfig(chooseConfigFile(option))).name)().then(
      (name) => ({ name }), ({ name, message }) => ({ type: name, error: message })));
  }
  console.log(JSON.stringify(answers));
`;

interface Answer {
  name?: string;
  type?: string;
  error?: string;
}
const answers = new Map<string, Answer>();
let warnings = '';

beforeAll(async () => {
  const projects: Case[] = [
    ...cases,
    ...Object.entries(forms).map(([file, text]) => ({ what: file, files: { [file]: text } })),
  ];
  const places = projects.map(({ files, cwd = '.', option }, index) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, `${index}`, path)), { recursive: true });
      writeFileSync(join(folder, `${index}`, path), content);
    }
    return { cwd: join(folder, `${index}`, cwd), option };
  });
  writeFileSync(join(folder, 'program.mjs'), program);
  const args = [join(folder, 'program.mjs'), JSON.stringify(places)];
  const { out, err } = await new Promise<{ out: string; err: string }>((resolve) => {
    execFile(process.execPath, args, (_, out, err) => resolve({ out, err }));
  });
  const found = JSON.parse(out || '[]') as Answer[];
  for (const [index, { what }] of projects.entries()) answers.set(what, found[index] ?? { error: err });
  warnings = err;
});

describe('the configuration', () => {
  it.each(cases)('$what', ({ what, name, error }) => {
    const answer = answers.get(what)!;
    if (name !== undefined) return expect(answer).toEqual({ name });
    expect(answer.type).toBe('ConfigurationError');
    if (typeof error === 'string') expect(answer.error!.slice(0, error.length)).toBe(error);
    else expect(answer.error).toMatch(error!);
  });

  it('is loaded without a warning of Node', () => {
    expect(warnings).toBe('');
  });

  it('has the same errors in every form', () => {
    const lists = Object.keys(forms).map((file) => answers.get(file)!.error!.split('\n'));
    expect(lists.map(([heading]) => heading)).toEqual(Object.keys(forms).map((file) => `${file}:`));
    const [first, ...others] = lists.map(([, ...errors]) => errors);
    expect(first!.map((line) => line.trim().split(' ')[1])).toEqual([
      'name',
      'build.account',
      'build.region',
      'targets',
      'The',
    ]);
    for (const other of others) expect(other).toEqual(first);
  });
});
