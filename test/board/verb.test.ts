import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { BoardPage } from '../../board/board-page.ts';
import { createCollector } from '../../board/collect/collector.ts';
import { runBoard } from '../../board/run-board.ts';
import { writeStaticBoard } from '../../board/write-static.ts';
import type { CliContext } from '../../cli/context.ts';
import { main } from '../../cli/main.ts';
import example from '../../infra/config.ts';

const page: BoardPage = {
  html: '<html></html>',
  script: 'script',
  style: 'style',
  renderStatic: ({ title }, details) => `${title} ${details.length}`,
};

const now = () => new Date('2026-11-23T09:00:00Z');
const collectorOf = () => createCollector(example, 'production', now);

/** Runs `gantry` and returns its exit code and its errors. No call to AWS is made before the options are checked. */
async function gantry(...argv: string[]) {
  let err = '';
  const exitCode = await main(argv, {
    program: 'gantry',
    loadConfig: () => ({ config: example, configFile: 'gantry.config.ts' }),
    now,
    sleep: async () => undefined,
    uuid: randomUUID,
    interrupted: new AbortController().signal,
    out: () => undefined,
    err: (text) => {
      err += text;
    },
  });
  return { exitCode, err };
}

it.each([
  [['prod'], 'board takes only options; found "prod".'],
  [['--port', '70000'], '--port is "70000"; it must be a whole number from 0 to 65535.'],
  [['--out', 'x', '--port', '1'], '--out serves nothing, so it takes no --port.'],
  [['--with-logs'], '--with-logs needs --out.'],
  [['--with-account-ids'], '--with-account-ids needs --out.'],
])('gantry board %j is refused with exit code 2', async (options, message) => {
  const { exitCode, err } = await gantry('board', ...options);
  expect(exitCode).toBe(2);
  expect(err).toContain(message);
});

it('a served board is ready under an address with its token, answers, and ends when it is interrupted', async () => {
  const interruption = new AbortController();
  const context = {
    config: example,
    adaptMessage: (text: string) => text,
    now,
    sleep: () => new Promise<void>((resolve) => setImmediate(resolve)),
    uuid: randomUUID,
    interrupted: interruption.signal,
    out: () => undefined,
    err: () => undefined,
  } satisfies CliContext;
  const collector = { ...collectorOf(), tick: async () => undefined };
  let address = '';
  const served = runBoard({ collector, page, stage: 'production', caller: 'jo', port: 0 }, context, (url) => {
    address = url;
  });
  while (address === '') await new Promise((resolve) => setImmediate(resolve));
  const [base = '', token = ''] = address.split('/#token=');
  const answer = await fetch(`${base}/api/board`, { headers: { authorization: `Bearer ${token}` } });
  expect(await answer.json()).toMatchObject({ title: 'gantry-production', rows: [{ id: 'web' }] });
  expect((await fetch(base)).status).toBe(200);
  interruption.abort();
  await served;
  await expect(fetch(base)).rejects.toThrow();
});

it('the static form is written as a page with its style, its script and its data', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-board-'));
  const board = { data: collectorOf().data(), details: [] };
  const files = writeStaticBoard(join(folder, 'new', 'folder'), board, page);
  const read = (name: string) => readFileSync(join(folder, 'new', 'folder', name), 'utf8');
  expect(files).toEqual(['index.html', 'board.css', 'board.js', 'data.json']);
  expect(read('index.html')).toBe('gantry-production 0');
  expect(JSON.parse(read('data.json')).data.title).toBe('gantry-production');
  rmSync(folder, { recursive: true });
});

it('a folder that cannot be written is named', () => {
  const board = { data: collectorOf().data(), details: [] };
  const file = import.meta.filename;
  expect(() => writeStaticBoard(join(file, 'x'), board, page)).toThrow(
    `--out is "${join(file, 'x')}"; the files cannot be written there`,
  );
});
