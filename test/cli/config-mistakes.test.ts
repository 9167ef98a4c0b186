import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const checkout = mkdtempSync(join(tmpdir(), 'gantry-mistaken-'));
afterAll(() => rmSync(checkout, { recursive: true }));

// A copy of the checkout, so that the tests can edit its gantry.config.ts.
for (const name of readdirSync(root).filter(
  (each) => !['node_modules', '.git', '.build', '.sst', 'dist'].includes(each),
))
  cpSync(join(root, name), join(checkout, name), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));

const good = readFileSync(join(root, 'gantry.config.ts'), 'utf8');
const run = (text: string, file: string, args: string[] = []): Promise<{ code: number; out: string; err: string }> => {
  writeFileSync(join(checkout, 'gantry.config.ts'), text);
  const options = { cwd: checkout, timeout: 30_000, env: { ...process.env, NO_COLOR: '1' } };
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], options, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });
};

const wrong = good.replace("name: 'gantry'", "name: 'Gantry!'").replace("account: '222222222222'", "account: '2222'");
const lineOf = (text: string, words: string): number => text.slice(0, text.indexOf(words)).split('\n').length;

const list =
  /^gantry\.config\.ts:\n {2}- name .*; found "Gantry!"\.\n {2}- targets\[0\]\.account .*; found "2222"\.\n$/;

const programs: [file: string, args: string[]][] = [
  ['cli/gantry.ts', ['status']],
  ['local/run.ts', ['--port', '0']],
  ['demo/run.ts', []],
  ['demo/play.ts', ['events/deploy.images.json']],
  ['cli/gantry.ts', ['template', 'target', 'test']],
  ['bundle/build.ts', []],
];

describe('with errors in gantry.config.ts,', () => {
  it.each(programs)('%s %j prints only the errors and exits with 2', async (file, args) => {
    const { code, out, err } = await run(wrong, file, args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(list);
  });

  it('--json prints them as one line of JSON', async () => {
    const { code, out, err } = await run(wrong, 'cli/gantry.ts', ['deploy', 'test/web', '--json']);
    expect({ code, err }).toEqual({ code: 2, err: '' });
    expect(JSON.parse(out)).toMatchObject({ type: 'error', exitCode: 2, message: expect.stringContaining('Gantry!') });
  });

  it('--help still prints the help', async () => {
    const { code, out } = await run(wrong, 'cli/gantry.ts', ['deploy', '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/^npm run gantry -- deploy TARGET/);
  });

  it('the doctor reports one failed check that names each of them', async () => {
    const { code, out } = await run(wrong, 'cli/doctor.ts', ['--json']);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject([{ link: 'config', state: 'NG', statement: 'name, targets[0].account' }]);
  });
});

describe('if gantry.config.ts cannot be loaded because of', () => {
  const noComma = good.replace("name: 'gantry',", "name: 'gantry'");
  const unknown = good.replace("cluster: 'web-shop'", 'cluster: theCluster');
  const elsewhere = `import './acounts.ts';\n${good}`;
  const cases: [what: string, text: string, sentence: string][] = [
    ['a syntax error', noComma, `gantry.config.ts:${lineOf(noComma, 'build: {')}: Expected ',', got 'ident'\n`],
    ['an undefined name', unknown, `gantry.config.ts:${lineOf(unknown, 'theCluster')}: theCluster is not defined\n`],
    ['a wrong import', elsewhere, 'gantry.config.ts: Cannot find module'],
  ];

  it.each(cases)('%s, gantry names the file and the line and exits with 2', async (_, text, sentence) => {
    const { code, out, err } = await run(text, 'cli/gantry.ts', ['status']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.startsWith(sentence), err).toBe(true);
    expect(err).not.toContain('node:internal');
  });

  it.each(cases)('%s, the doctor names the file and the line', async (_, text, sentence) => {
    const { code, out } = await run(text, 'cli/gantry.ts', ['doctor']);
    expect(code).toBe(2);
    expect(out).toContain(sentence.trim());
    expect(out).toContain('fix: correct the file at this place');
  });
});
