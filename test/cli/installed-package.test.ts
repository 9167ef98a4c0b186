import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLicencesAndPins } from '../../.ci/check-packages.ts';

import { unpackBundles } from '../../bundle/archive.ts';
import example from '../../infra/config.ts';
import { startReleaseSystem } from '../machine/release-system.ts';
import { oldestNode } from './oldest-node.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gantry package ')));
afterAll(() => rmSync(folder, { recursive: true }));
/** The user's project. It has only the package and a configuration in each form. */
const project = join(folder, 'my shop');
const installed = join(project, 'node_modules', 'gantry');

interface Ended {
  code: number;
  out: string;
  err: string;
}

const run = (
  file: string,
  args: string[],
  { cwd = project, env = {} }: { cwd?: string; env?: Record<string, string | undefined> } = {},
): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { cwd, env: { PATH: process.env.PATH, HOME: folder, ...env }, timeout: 120_000 };
    execFile(file, args, options, (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }));
  });

interface PackedPackage {
  filename: string;
  size: number;
  unpackedSize: number;
  files: { path: string; size: number }[];
}
let packed: PackedPackage;
let system: Awaited<ReturnType<typeof startReleaseSystem>>;

const object = JSON.stringify(example);
const configurations: Record<string, string> = {
  'typescript/gantry.config.ts': `import type { Config } from 'gantry';\nexport default ${object} satisfies Config;\n`,
  'module/gantry.config.mjs': `export default ${object};\n`,
  'json/gantry.config.json': JSON.stringify({ $schema: '../node_modules/gantry/gantry.schema.json', ...example }),
  'mistaken/gantry.config.json': JSON.stringify({ ...example, name: 'Gantry!', nmae: 1 }),
};

beforeAll(async () => {
  const { out, err } = await run('npm', ['pack', '--silent', '--json', '--pack-destination', folder], {
    cwd: root,
    env: { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
  });
  try {
    [packed] = JSON.parse(out.slice(out.indexOf('[\n'))) as [PackedPackage];
  } catch {
    throw new Error(`npm pack printed:\n${out}${err}`);
  }
  for (const [path, text] of Object.entries({ ...configurations, 'package.json': '{"type": "commonjs"}' })) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  const install = ['install', '--offline', '--no-audit', '--no-fund', join(folder, packed.filename)];
  expect(await run('npm', install)).toMatchObject({ code: 0 });
  system = await startReleaseSystem();
}, 240_000);

const megabyte = 1_000_000;

describe('the packed package', () => {
  it('is smaller than 3 MB, and than 12 MB when it is unpacked', () => {
    expect(packed.size).toBeLessThan(3 * megabyte);
    expect(packed.unpackedSize).toBeLessThan(12 * megabyte);
  });

  it('has the size that the documents give', () => {
    const size = `${Math.round(packed.size / megabyte)} MB`;
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(`a package of ${size} that has no dependencies`);
    expect(readFileSync(join(root, 'docs', 'cli.md'), 'utf8')).toContain(`The package is ${size}`);
  });

  it('contains the command line, the functions, the state machines, the schema and the notices, and nothing else', () => {
    const machines = readdirSync(join(root, 'state-machines')).map((name) => `state-machines/${name}`);
    const paths = packed.files.map(({ path }) => path);
    const chunks = paths.filter((path) => /^dist\/[\w-]+\.js$/.test(path));
    expect(chunks).toContain('dist/gantry.js');
    expect(paths.filter((path) => !chunks.includes(path)).toSorted()).toEqual(
      [
        'LICENSE',
        'README.md',
        'dist/board.css',
        'dist/config.d.ts',
        'dist/third-party-notices.txt',
        'functions.br',

        'gantry.schema.json',
        'package.json',
        ...machines,
      ].toSorted(),
    );
  });

  it('contains the bundle of every function', () => {
    const functions = readdirSync(join(root, 'functions')).map((name) => name.replace('.ts', ''));
    expect(Object.keys(unpackBundles(readFileSync(join(installed, 'functions.br')))).toSorted()).toEqual(functions);
  });

  it('contains code under permissive licences only, and the licence of each package', () => {
    const bundled = JSON.parse(readFileSync(join(root, '.build', 'bundled-packages.json'), 'utf8')) as string[];
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    expect(bundled.filter((path) => packages[path] === undefined || /cloud-copilot|esbuild/.test(path))).toEqual([]);
    expect(checkLicencesAndPins(packages, new Set(bundled))).toEqual([]);
    const notices = readFileSync(join(installed, 'dist', 'third-party-notices.txt'), 'utf8');
    const nameOf = (path: string): string => path.replace(/^.*node_modules\//, '');
    // Two versions of a package can be bundled, one of them nested in the package that needs it.
    const unnamed = bundled.filter((path) => !notices.includes(`${nameOf(path)} ${packages[path].version} (`));
    expect(unnamed).toEqual([]);
  });

  it('depends on no other package', () => {
    expect(readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['gantry']);
  });
});

/** Runs the installed command with a version of Node, through the link in node_modules/.bin, as the shell does. */
const gantry = (node: string, form: string, args: string[]): Promise<Ended> => {
  const keys = system.administrators.get('111111111111')!;
  return run(node, [join(project, 'node_modules', '.bin', 'gantry'), ...args], {
    cwd: join(project, form),
    env: {
      AWS_ENDPOINT_URL: system.cloud.url,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    },
  });
};

const versions: [name: string, node: string | undefined, forms: string[]][] = [
  ['Node 24', process.execPath, ['typescript', 'module', 'json']],
  ['the oldest Node of `engines`', oldestNode, ['module', 'json']],
];

describe.each(versions)('with %s, the installed command', (_name, node = '', forms) => {
  if (node === '') {
    it.skip('is not tested: no such Node is on the PATH; OLDEST_NODE can name one', () => {});
    return;
  }

  it.each(forms)('reads the %s configuration of a folder above and shows the status', async (form) => {
    mkdirSync(join(project, form, 'a b'), { recursive: true });
    const { code, out, err } = await gantry(node, `${form}/a b`, ['status', 'test/web', '--json']);
    expect(err).toBe('');
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, type: 'status', target: 'test/web', lease: 'free' });
  });

  it('plans a deployment and shows the history', async () => {
    const image = 'public.ecr.aws/nginx/nginx:1.27';
    const dryRun = await gantry(node, 'json', ['deploy', 'test/web', '--image', `app=${image}`, '--dry-run']);
    expect(dryRun.out + dryRun.err).toContain('This was a dry run: nothing was started.');
    const history = await gantry(node, 'module', ['history', 'test/web', '--json']);
    expect(history.code).toBe(0);
    expect(history.out).toContain('"type":"figures"');
    const text = await gantry(node, 'module', ['history', 'test/web']);
    const status = await gantry(node, 'module', ['status']);
    // The text has no colours, because the output is no terminal.
    expect(dryRun.out + text.out + status.out).not.toContain('\u001b');
  });

  it('names the command and the configuration of the user in its messages', async () => {
    const watch = await gantry(node, 'json', ['watch', 'test/web']);
    expect(watch).toMatchObject({ code: 2, out: '' });
    expect(watch.err).toContain('To see earlier ones: gantry history test/web');
    const status = await gantry(node, 'module', ['status', 'test/wob']);
    expect(status.err).toContain('No target is named "test/wob" in gantry.config.mjs; there are: test/web, prod/web.');
  });

  it('lists every error of a configuration and exits with 2', async () => {
    const { code, out, err } = await gantry(node, 'mistaken', ['status']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(
      /^gantry\.config\.json:\n {2}- name .*; found "Gantry!"\.\n {2}- .* has no field "nmae": remove it\.\n$/m,
    );
  });

  it('says that the doctor needs a checkout', async () => {
    const { code, out, err } = await gantry(node, 'json', ['doctor', '--live']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('npm run doctor -- --live --config "');
    expect(err).toContain(join('json', 'gantry.config.json'));
    const other = await gantry(node, 'json', ['doctor', '--config', '../module/gantry.config.mjs', '--help']);
    expect(other).toMatchObject({ code: 0, err: '' });
    expect(other.out).toContain(join('module', 'gantry.config.mjs'));
  });

  it('ends quietly if the program that reads its output has ended', async () => {
    const bin = join(project, 'node_modules', '.bin', 'gantry');
    const child = spawn(node, [bin, 'template', 'target', 'test'], { cwd: join(project, 'json') });
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (data) => {
      err += data;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(141);
    expect(err).not.toMatch(/Error|at /);
  });
});

it('packages the functions and the templates without a checkout', async () => {
  const text = JSON.stringify(example)
    .replaceAll(/(\d)\1{11}/g, (_, digit: string) => `${digit}23123123123`)
    .replaceAll('00000000-', 'a0000000-');
  mkdirSync(join(project, 'real'));
  writeFileSync(join(project, 'real', 'gantry.config.json'), text);
  const { code, out } = await gantry(oldestNode ?? process.execPath, 'real', ['package', '--out', 'made', '--json']);
  const { zips, templates, ...line } = JSON.parse(out);
  expect(line).toMatchObject({ at: expect.stringMatching(/Z$/), type: 'package', commands: expect.any(Array) });
  const refused = await gantry(oldestNode ?? process.execPath, 'real', ['package', '--out', 'gantry.config.json/x']);
  expect(refused.code).toBe(2);
  expect(refused.err).toMatch(/^--out is "gantry\.config\.json\/x"; the files cannot be written there: ENOTDIR/);
  expect({ code, zips: zips.length }).toEqual({ code: 0, zips: readdirSync(join(root, 'functions')).length });
  expect(templates).toEqual(['made/build.json', 'made/target-test.json', 'made/target-prod.json']);
  expect(readdirSync(join(project, 'real', 'made'))).toHaveLength(zips.length + templates.length);
});

it.skipIf(oldestNode === undefined)('says which Node a TypeScript configuration needs', async () => {
  const { code, err } = await gantry(oldestNode!, 'typescript', ['status']);
  expect(code).toBe(2);
  expect(err).toContain('gantry.config.ts is TypeScript, which Node runs since version 22.18; this is Node 20.');
  expect(err).toContain('write the configuration as gantry.config.mjs or gantry.config.json.');
});

it('brings the type and the schema that the configurations name', async () => {
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--types', ''];
  const tsc = await run(join(root, 'node_modules', '.bin', 'tsc'), [...options, 'typescript/gantry.config.ts']);
  expect(tsc).toMatchObject({ code: 0, out: '' });
  const { $schema } = JSON.parse(configurations['json/gantry.config.json']!);
  expect(JSON.parse(readFileSync(join(project, 'json', $schema), 'utf8')).title).toBe('The configuration of Gantry');
});

it('runs with npx, prints its version, and names npx in its messages', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(await run('npx', ['--offline', 'gantry', '--version'])).toMatchObject({ code: 0, out: `${version}\n` });
  const { code, err } = await run('npx', ['--offline', 'gantry', 'staus']);
  expect(code).toBe(2);
  expect(err).toContain('There is no verb "staus".\n\nUsage: npx gantry VERB …');
});
