import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderLivePage, renderStaticPage } from '../../board/page/render-document.ts';
import { bundleBoard } from '../../bundle/board.ts';
import type { BoardData } from '../../core/board/data.ts';
import { cell, detailsOf, failed, line, sampleBoard } from './sample-board.ts';

const details = sampleBoard.latest.map(({ id }) => detailsOf(id));
const render = (change: Partial<BoardData> = {}, released = details): string =>
  renderStaticPage({ ...sampleBoard, ...change }, released);

/** Returns the text of a page, as a reader sees it. */
const readText = (html: string): string =>
  html
    .replaceAll(/<(style|title)[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

/** Values that the page compares with its own words, and values that must stay times. */
const ownWords = new Set([
  'state',
  'kind',
  'unit',
  'source',
  'hidden',
  'at',
  'readAt',
  'since',
  'until',
  'start',
  'end',
]);

/** Replaces every text of other people in some data, including the keys that they chose. */
function replaceTexts(value: unknown, replace: (text: string) => string, key = ''): unknown {
  if (typeof value === 'string') return ownWords.has(key) ? value : replace(value);
  if (Array.isArray(value)) return value.map((item) => replaceTexts(item, replace, key));
  if (typeof value !== 'object' || value === null) return value;
  const isNamed = key === 'cells' || key === 'promotions';
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [isNamed ? replace(name) : name, replaceTexts(item, replace, name)]),
  );
}

describe('the static form', () => {
  const hostile = [
    '<img src=x onerror=alert(1)>',
    '</title><script>alert(1)</script>',
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    'javascript:alert(1)',
    '&lt;b&gt;',
    ']]><!--',
  ];

  it.each(hostile)('shows %s as text wherever other people wrote it', (text) => {
    const mark = (original: string) => `${original}${text}`;
    const html = renderStaticPage(
      replaceTexts(sampleBoard, mark) as BoardData,
      replaceTexts(details, mark) as typeof details,
    );
    const elements = (page: string) => [...page.matchAll(/<\/?([a-z]\w*)/g)].map(([, name]) => name).sort();
    const attributes = (page: string) => [...page.matchAll(/ (on\w+)="/g)];
    expect(new Set(elements(html))).toEqual(new Set(elements(render())));
    expect(attributes(html)).toEqual([]);
    expect(html).not.toMatch(/href="(?!https:|#|board\.css)/);
    expect(readText(html).split(text.trim()).length - 1).toBeGreaterThan(100);
  });

  it.each([
    ['https://console.aws.amazon.com/ecs', true],
    ['http://console.aws.amazon.com/ecs', false],
    ['javascript:alert(1)', false],
    [' javascript:alert(1)', false],
    ['JaVaScRiPt:alert(1)', false],
    ['data:text/html,<b>', false],
    ['//example.com/', false],
    ['/local/path', false],
    ['', false],
  ])('links to %j: %j', (url, isLink) => {
    const one = { ...detailsOf('deploy-41'), links: [{ label: 'Somewhere', url }] };
    expect(/<a [^>]*href="[^#"][^"]*"[^>]*><bdi>Somewhere/.test(render({}, [one]))).toBe(isLink);
  });

  it('escapes characters that would reorder or hide a text', () => {
    const mark = (original: string) => `${original}\u202e\u0000\u2066\u200b`;
    const data = replaceTexts(sampleBoard, mark) as BoardData;
    const html = renderStaticPage({ ...data, latest: [line('x', { start: mark('yesterday') })] }, []);
    expect(html.match(/[\p{Cf}\0]/gu)).toBeNull();
    expect(readText(html)).toContain('gantry-production\\u202e\\u0000\\u2066\\u200b');
  });

  it.each([
    ['the sentence of a release in progress', 'web:42 takes over from web:41: 1 of 2 tasks are running'],
    ['old tasks and their traffic', '2 of 2 running, 75 % of traffic'],
    ['new tasks and their traffic', '1 of 2 running, 1 pending, 25 % of traffic'],
    ['the bake time that is left', 'Bake time: 8 min left'],
    ['who is waited for', 'Waits for an approval in the stage Approve of the pipeline web-shop'],
    ['since when', 'since 29 Nov, 13:23 UTC, 42 min ago'],
    ['until when', 'until 5 Dec, 14:05 UTC, 6 d left'],
    ['what happens then', 'then: CodePipeline fails the stage, and prod keeps web:39'],
    ['why it failed', 'The container app of three tasks of api:18 exited with code 1'],
    ['the end of the log', 'Error: connect ECONNREFUSED 10.0.12.7:5432'],
    ['where the service is now', 'Now: api runs api:17 again, with 3 of 4 tasks'],
    ['what cannot be read', 'AccessDenied: gantry-board may not assume the role test-read-only.'],
    ['what could not be read again', 'Not read: The cluster shop has no service mailer.'],
    ['how far it is behind', '3 behind test'],
    ['a badge', 'worker:35 was deployed by terraform, not by Gantry'],
    ['the ages of facts', 'read 12 s ago, its releases 50 s ago'],
    ['the age of a badge', 'api-5xx is in ALARM · 25 s ago'],
    ['a deployment and who made it', 'deployed 2 d ago by pipeline web-shop'],
    ['a promotion', 'Read the price list from the new table'],
    ['an image of a promotion by its digest', 'app: web-shop@1f0d3c5e51a2 → web-shop@9b31c0de51a2'],
    ['a changed field without its value', 'containerDefinitions[app].environment.PRICE_TABLE'],
    ['a result', 'Rolled back'],
    ['a metric', '118, 9.2 a week'],
    ['the timeline of a release', 'Register Revision: api:18'],
    ['a command', 'gantry watch prod/api'],
    ['what could not be read about the board', 'The services that match shop-* cannot be listed: AccessDenied.'],
  ])('shows %s', (_, text) => {
    expect(readText(render())).toContain(text);
  });

  it.each([
    ['a rollback that has only begun', { kind: 'rollback', after: undefined, commit: undefined }, 'rollback '],
    ['a rollback with its revision', { kind: 'rollback', after: 'web:1', commit: undefined }, 'rollback web:1'],
    ['a deployment that has only begun', { kind: 'deploy', after: undefined, commit: undefined }, 'deploy'],
  ] as const)('says once what %s is', (_, change, text) => {
    const html = render({ latest: [line('x', change)] }, []);
    expect(readText(/<td class="what"[^>]*>(.*?)<\/td>/s.exec(html)?.[1] ?? '')).toBe(text);
  });

  it.each([
    [
      'in progress',
      { before: 'web:2', after: undefined, end: undefined },
      'before: web:2',
      'Compared when it has ended.',
    ],
    ['of no revision', { before: 'web:2', after: undefined }, 'before: web:2', 'It deployed no revision.'],
    ['of the first revision', { before: undefined, after: 'web:1' }, 'web:1', 'No revision before it is known.'],
    ['of the same fields', { before: 'web:2', after: 'web:3' }, 'web:2 → web:3', 'No field differs.'],
  ])('says of a release %s which revisions it is about, and why there are no changes', (_, change, revisions, why) => {
    const one = { ...detailsOf('deploy-41'), changes: { value: [], readAt: '2026-11-29T14:05:00Z' } };
    const text = readText(render({}, [{ ...one, line: { ...one.line, ...change } }]));
    expect(text).toContain(`Revision${revisions}By`);
    expect(text).toContain(why);
  });

  it('has no changes of a release whose revisions cannot be read', () => {
    const one = { ...detailsOf('deploy-41'), changes: { problem: 'ECS has the revision web:2 no more.' } };
    expect(readText(render({}, [one]))).toMatch(/Not read: ECS has the revision web:2 no more\.Consoles/);
  });

  it('writes the day of a failure as all days, and no average of no deployment', () => {
    const [first] = sampleBoard.metrics;
    const daily = first!.daily.map((day) => ({ ...day, day: '2026-11-29', failed: ['gone'] })).slice(0, 1);
    const text = readText(render({ metrics: [{ ...first!, deployments: 0, deploymentsPerWeek: 0, daily }] }, []));
    expect(text.trim()).toMatch(/Deployments0Lead time.*Failures29 Nov$/s);
  });

  it('has no button that needs a script, and no inline script or style', () => {
    const html = render();
    const buttons = [...html.matchAll(/<button[^>]*>/g)].filter(([button]) => !/popovertarget/i.test(button));
    expect({ buttons, inline: html.match(/ style="|<style|<script(?! src)/g) }).toEqual({ buttons: [], inline: null });
  });

  it.each<[what: string, change: Partial<BoardData>, text: string]>([
    ['no targets', { columns: [] }, 'The configuration has no targets'],
    ['no services', { rows: [] }, 'No service was found in any target.'],
    ['no release', { latest: [] }, 'No release of Gantry is known.'],
    ['one service', { rows: sampleBoard.rows.slice(0, 1) }, 'web:42'],
    ['a result that this version does not know', { latest: [line('x', { result: 'Postponed' })] }, 'Postponed'],
    ['a time that is none', { latest: [line('x', { start: 'yesterday' })] }, 'at an unknown time'],
  ])('is complete with %s', (_, change, text) => {
    expect(readText(render(change))).toContain(text);
  });

  it('shows a service whose target is called constructor, and none where a target has no such service', () => {
    const columns = ['constructor', 'toString'].map((id) => ({ id, account: '1', region: 'r', cluster: 'c' }));
    const rows = [{ id: 'web', cells: { constructor: cell('constructor/web') } as never, promotions: {} }];
    const html = render({ columns, rows });
    expect(html.match(/At rest/g)).toHaveLength(1);
    expect(readText(html)).toContain('not in this target');
  });

  it('has the log of a failure only if the data has', () => {
    const { log: _, ...failure } = failed('prod/api').failure!;
    const rows = [{ id: 'api', cells: { prod: { ...failed('prod/api'), failure } }, promotions: {} }];
    expect(render({ rows }, [])).not.toContain('End of the log');
  });

  it('says whose releases are missing where a ledger has not been read', () => {
    const unread = { ...cell('prod/web'), ledgerReadAt: undefined };
    const rows = [{ id: 'web', cells: { test: cell('test/web'), prod: unread }, promotions: {} }];
    const note = 'Without the releases of prod/web, whose ledger has not been read.';
    // The note appears beside the latest releases, and beside the metrics.
    expect(readText(render({ rows })).split(note)).toHaveLength(3);
    expect(readText(render({ rows: [{ ...rows[0]!, cells: { test: cell('test/web') } }] }))).not.toContain('Without');
  });

  it('links a release to its details, and not one without details', () => {
    const html = render({}, [detailsOf('deploy-api-18')]);
    const links = [...html.matchAll(/href="#(release-\d+)"/g)].map(([, id]) => id);
    expect(links.filter((id) => !html.includes(`id="${id}"`))).toEqual([]);
    expect(links.length).toBeGreaterThan(0);
  });
});

it('the picture of the board in README.md is under 150 KB', () => {
  const root = join(import.meta.dirname, '..', '..');
  expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain('](docs/board.webp)');
  expect(statSync(join(root, 'docs', 'board.webp')).size).toBeLessThan(150_000);
});

describe('the size of the page', () => {
  it('is under 150 KB for the page, the script and the style together', async () => {
    const { files, metafile } = await bundleBoard();
    const bytes = Buffer.byteLength(renderLivePage() + files['board.js'] + files['board.css']);
    const strangers = Object.keys(metafile.inputs).filter(
      (path) => !/^(board\/page|core|node_modules\/preact)\//.test(path),
    );
    expect({ isSmall: bytes < 150_000, strangers }).toEqual({ isSmall: true, strangers: [] });
  });

  it('has neither data nor a script in the served page', () => {
    expect(renderLivePage()).not.toMatch(/<script(?! src="board\.js")|<style|gantry-production/);
  });
});
