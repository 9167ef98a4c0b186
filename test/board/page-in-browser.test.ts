import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BoardData } from '../../core/board/data.ts';
import { launchBrowser } from '../../demo/browser.ts';
import { browserFile, findAccessibilityProblems } from './browser.ts';
import { type Answers, servePage, token } from './page-server.ts';
import { cell, detailsOf, inProgress, sampleBoard } from './sample-board.ts';

const preview = { id: 'preview-1', lines: ['rolls test/api back to web:40'], command: 'gantry rollback test/api' };

const usual: Answers = {
  board: sampleBoard,
  release: detailsOf,
  preview: () => [200, preview],
  confirm: () => [200, { message: 'Started the rollback.', execution: 'arn:x', command: 'gantry watch test/api' }],
};
const answers: Answers = { ...usual };

let server: Awaited<ReturnType<typeof servePage>>;
let browser: Browser;
/** Unexpected messages of a test's pages: errors, and violations of the content security policy. */
const complaints: string[] = [];

/** The time of the reader's clock, which is two days ahead of AWS's. */
const readersTime = new Date('2026-12-01T14:05:00Z');

/** Opens a page. Unless the page's clock runs, it stands still until the test moves it. */
async function openPage(address = `${server.url}#token=${token}`, clock: 'stands still' | 'runs' = 'stands still') {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.clock.install({ time: 0 });
  // axe waits with timers.
  if (clock === 'stands still') await page.clock.pauseAt(readersTime);
  await page.goto(address);
  return page;
}

async function usePage<Result>(use: (page: Page) => Promise<Result>, ...options: Parameters<typeof openPage>) {
  const page = await openPage(...options);
  try {
    return await use(page);
  } finally {
    await page.close();
  }
}

const dialog = (page: Page) => page.getByRole('dialog');
const refresh = (page: Page) => page.clock.runFor(5000);

describe.skipIf(browserFile === undefined)('the page in a browser', () => {
  beforeAll(async () => {
    server = await servePage(answers);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });
  beforeEach(() => {
    Object.assign(answers, usual);
    complaints.length = 0;
  });

  it('takes the token from the address, removes it from there, and keeps it for a reload', async () => {
    await usePage(async (page) => {
      await page.getByRole('table', { name: 'What runs where' }).waitFor();
      expect(page.url()).toBe(server.url);
      await page.reload();
      await page.getByRole('table', { name: 'What runs where' }).waitFor();
      expect(server.requests.filter((line) => line.includes(token))).toEqual([]);
      expect(complaints).toEqual([]);
    });
  });

  it.each([
    ['without a token', '', 'Open the address that `gantry board` printed'],
    ['with a wrong token', '#token=00000000000', 'This address is not valid any more'],
  ])('says what to do if it was opened %s', async (_, fragment, text) => {
    await usePage(async (page) => {
      await page.getByText(text).waitFor();
      expect(await page.getByRole('table').count()).toBe(0);
    }, `${server.url}${fragment}`);
  });

  const checkState = async (page: Page, state: string, part = 'dialog[open]') => {
    const found = await findAccessibilityProblems(page, part);
    await page.emulateMedia({ colorScheme: 'dark' });
    found.push(...(await findAccessibilityProblems(page, part, ['color-contrast'])));
    await page.emulateMedia({ colorScheme: 'light' });
    expect({ state, found }).toEqual({ state, found: [] });
  };

  const accessible = 'has nothing that axe reports, in both colour schemes';

  it(`${accessible}, with every state of a cell and without a connection`, async () => {
    const use = async (page: Page) => {
      await page.getByText('End of the log').click();
      await checkState(page, 'board', 'html');
      await page.getByRole('button', { name: '3 commits' }).first().click();
      await checkState(page, 'what a promotion would bring', ':popover-open');
      await page.keyboard.press('Escape');
      await page.route('**/api/board', (route) => route.abort());
      await refresh(page);
      await page.getByText('Connection lost.').waitFor();
      await checkState(page, 'connection lost', '.connection, h1');
    };
    await usePage(use, undefined, 'runs');
  });

  it(`${accessible}, in every dialog`, async () => {
    const use = async (page: Page) => {
      await page.getByRole('button', { name: 'Details: prod/api' }).click();
      await dialog(page).getByText('What happened').waitFor();
      await checkState(page, 'details of a release');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Actions: test/web' }).click();
      await checkState(page, 'actions that are not available');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Actions: test/api' }).click();
      await checkState(page, 'actions');
      await dialog(page).getByRole('button', { name: 'Roll back' }).click();
      await dialog(page).getByText('rolls test/api back').waitFor();
      await checkState(page, 'preview');
      await dialog(page).getByRole('button', { name: 'Roll back test/api now' }).click();
      await dialog(page).getByText('Started the rollback.').waitFor();
      await checkState(page, 'result');
    };
    await usePage(use, undefined, 'runs');
  });

  it('works with the keyboard alone: the focus moves into a dialog, and back to its button', async () => {
    const confirmed: unknown[] = [];
    answers.confirm = (body) => {
      confirmed.push(body);
      return usual.confirm(body);
    };
    await usePage(async (page) => {
      await page.getByRole('button', { name: 'Details: prod/api' }).waitFor();
      const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
      while ((await focused()) !== 'Actions: staging/web') await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await focused()).toBe('Close');
      for (const key of ['Tab', 'Enter']) await page.keyboard.press(key);
      await dialog(page).getByRole('heading', { name: 'This would happen' }).waitFor();
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('This would happen');
      await page.keyboard.press('Tab');
      await page.keyboard.type('The queue grows.');
      await page.keyboard.press('Enter');
      await dialog(page).getByText('Started the rollback.').waitFor();
      expect(confirmed).toEqual([{ preview: 'preview-1', reason: 'The queue grows.' }]);
      await dialog(page).getByRole('button', { name: 'Close' }).first().click();
      await dialog(page).waitFor({ state: 'detached' });
      expect(await focused()).toBe('Actions: staging/web');
      expect(complaints).toEqual([]);
    });
  });

  it('counts the age of every fact by the time of AWS, and not by the clock of the reader', async () => {
    await usePage(async (page) => {
      const web = page.getByRole('row', { name: /^web / });
      await web.getByText('read 12 s ago').first().waitFor();
      await page.route('**/api/board', (route) => route.abort());
      await page.clock.runFor(20_000);
      expect(await web.textContent()).toMatch(/Bake time: 7 min left.*read 32 s ago/);
      await page.getByText('Last updated 20 s ago').waitFor();
    });
  });

  it('says that the connection is lost and how old everything is, and goes on when it is back', async () => {
    await usePage(async (page) => {
      await page.getByText('Updated just now').waitFor();
      await page.route('**/api/board', (route) => route.abort());
      await page.clock.runFor(65_000);
      await page.getByText('Connection lost.').waitFor();
      expect(await page.getByRole('status').first().textContent()).toContain('Everything below arrived 1 min ago.');
      expect(await page.getByRole('row', { name: /^web / }).count()).toBe(1);
      await page.unroute('**/api/board');
      await refresh(page);
      await page.getByText('Updated just now').waitFor();
      expect(await page.getByText('Connection lost.').count()).toBe(0);
    });
  });

  it('shows the end of a release in its drawer, and keeps the focus and what is open', async () => {
    const line = { ...detailsOf('deploy-42').line, result: undefined, end: undefined };
    answers.release = () => ({ ...detailsOf('deploy-42'), line });
    await usePage(async (page) => {
      await page.getByText('End of the log').click();
      await page.getByRole('button', { name: 'Details: test/web, deploy of 29 Nov, 14:01' }).click();
      await dialog(page).getByText('In progress').waitFor();
      answers.release = () => ({
        ...detailsOf('deploy-42'),
        line: { ...line, result: 'Succeeded', end: sampleBoard.at },
      });
      answers.board = { ...sampleBoard, latest: [], rows: sampleBoard.rows.slice(1) };
      await refresh(page);
      await dialog(page).getByText('Succeeded').waitFor();
      expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Close');
      await page.keyboard.press('Escape');
      // The button that opened the drawer no longer exists.
      await page.locator('h1:focus').waitFor();
      expect(await page.locator('details[open]').count()).toBe(1);
    });
  });

  it('says so if the server refuses', async () => {
    const refusals: [answer: Partial<Answers>, text: string][] = [
      [{ preview: () => [403, { error: 'You may not assume deploy.' }] }, 'You may not assume deploy.'],
      [{ preview: () => [503, { error: 'ECS does not answer.' }] }, 'ECS does not answer.'],
      [{ preview: () => [500, {}] }, 'The board’s server answered with status 500.'],
      [{ confirm: () => [502, { error: 'StartExecution: denied.' }] }, 'StartExecution: denied.'],
    ];
    await usePage(async (page) => {
      for (const [answer, text] of refusals) {
        Object.assign(answers, usual, answer);
        await page.getByRole('button', { name: 'Actions: test/api' }).click();
        await dialog(page).getByRole('button', { name: 'Redeploy…' }).click();
        if (answer.confirm) await dialog(page).getByRole('button', { name: 'Redeploy test/api now' }).click();
        await dialog(page).getByRole('alert').getByText(text).waitFor();
        await page.keyboard.press('Escape');
        await dialog(page).waitFor({ state: 'detached' });
      }
    });
  });

  it('shows the new preview and asks again if the state has changed since the preview', async () => {
    const changed = { ...preview, id: 'preview-2', lines: ['rolls test/api back to web:39'] };
    const confirmed: unknown[] = [];
    answers.confirm = (body) => {
      confirmed.push(body);
      return confirmed.length === 1
        ? [409, { error: 'web:40 is gone.', preview: changed }]
        : [200, { message: 'Started.' }];
    };
    await usePage(async (page) => {
      await page.getByRole('button', { name: 'Actions: test/api' }).click();
      await dialog(page).getByRole('combobox').selectOption('web:38');
      await dialog(page).getByRole('button', { name: 'Roll back…' }).click();
      await dialog(page).getByRole('button', { name: 'Roll back test/api now' }).click();
      await dialog(page).getByText('web:40 is gone.').waitFor();
      await dialog(page).getByText('rolls test/api back to web:39').waitFor();
      await dialog(page).getByRole('button', { name: 'Roll back test/api now' }).click();
      await dialog(page).getByText('Started.').waitFor();
      expect(confirmed).toEqual([{ preview: 'preview-1' }, { preview: 'preview-2' }]);
    });
  });

  it('says why an action is not available, beside the command for somebody who is allowed to', async () => {
    await usePage(async (page) => {
      await page.getByRole('button', { name: 'Actions: test/web' }).click();
      const button = dialog(page).getByRole('button', { name: 'Redeploy…' });
      expect(await button.isDisabled()).toBe(true);
      expect(await dialog(page).textContent()).toMatch(/A release of web is in progress.*gantry redeploy test\/web/);
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await dialog(page).getByRole('button', { name: 'Copy' }).first().click();
      await dialog(page).getByRole('button', { name: 'Copied' }).waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('gantry redeploy test/web');
    });
  });

  it('fits 40 services on a phone, a tablet and a wall screen without scrolling sideways', async () => {
    const rows = Array.from({ length: 40 }, (_, index) => ({
      id: `service-with-a-long-name-${index}`,
      cells: {
        test: index % 3 ? cell(`test/${index}`) : inProgress(`test/${index}`),
        prod: cell(`prod/${index}`, { sentence: 'unbroken'.repeat(40), state: 'failed' }),
      },
      promotions: {},
    }));
    answers.board = { ...sampleBoard, rows };
    await usePage(async (page) => {
      await page.getByText('service-with-a-long-name-39').first().waitFor();
      const displays = await page.locator('tr').evaluateAll((all) => all.map((one) => getComputedStyle(one).display));
      expect(new Set(displays)).toEqual(new Set(['table-row']));
      const overflows: number[] = [];
      for (const width of [360, 820, 1440, 2560]) {
        await page.setViewportSize({ width, height: 900 });
        if ((await page.evaluate(() => document.documentElement.scrollWidth)) > width) overflows.push(width);
      }
      expect(overflows).toEqual([]);
    });
  });

  it('shows texts of other people only as text', async () => {
    const text = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
    const hostile = JSON.parse(JSON.stringify(sampleBoard), (key, value) =>
      ['summary', 'sentence', 'reason', 'text', 'by', 'standsNow', 'for', 'command', 'label', 'why', 'log'].includes(
        key,
      ) && typeof value === 'string'
        ? `${value}${text}`
        : value,
    ) as BoardData;
    answers.board = { ...hostile, title: text };
    await usePage(async (page) => {
      await page.getByText('onerror').first().waitFor();
      expect(await page.evaluate(() => [document.images.length, document.scripts.length])).toEqual([0, 1]);
      expect(complaints).toEqual([]);
    });
  });

  describe('in its static form', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gantry-board-'));
    const address = pathToFileURL(join(folder, 'index.html')).href;
    beforeAll(() => {
      const { script, style, renderStatic } = server.page;
      const html = renderStatic(sampleBoard, [detailsOf('deploy-api-18'), detailsOf('deploy-41')]);
      for (const [name, text] of Object.entries({ 'board.js': script, 'board.css': style, 'index.html': html }))
        writeFileSync(join(folder, name), text);
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it('is readable without JavaScript: states, details of releases, promotions', async () => {
      const page = await browser.newPage({ javaScriptEnabled: false });
      await page.goto(address);
      expect(await page.textContent('.freshness')).toBe(
        'As of 29 Nov, 14:05 UTC, just now. Every age is the one at that time.',
      );
      await page.getByRole('row', { name: /^api / }).getByRole('link').last().click();
      expect(await page.locator('#release-1').getByText('(service api) (task 0c1d2e3f) failed').isVisible()).toBe(true);
      await page.getByRole('button', { name: '3 commits' }).first().click();
      expect(await page.getByText('Remove the old price list').first().isVisible()).toBe(true);
      expect(
        await page
          .locator('td.cell')
          .first()
          .evaluate((cell) => getComputedStyle(cell).backgroundColor),
      ).not.toBe('rgba(0, 0, 0, 0)');
      await page.close();
    });

    it('shows on a wall screen what was written last, without losing what a reader has open', async () => {
      const write = (data: BoardData) => server.publish('/wall.html', server.page.renderStatic(data, []));
      write(sampleBoard);
      const use = async (page: Page) => {
        await page.getByText('End of the log').click();
        write({ ...sampleBoard, at: new Date(Date.parse(sampleBoard.at) + 60_000).toISOString(), rows: [] });
        const reread = async () => {
          const answered = page.waitForResponse('**/wall.html');
          await page.clock.runFor(60_000);
          await (await answered).finished();
        };
        await reread();
        expect(await page.getByRole('row', { name: /^web / }).count()).toBe(1);
        await page.getByText('End of the log').click();
        await reread();
        await page.getByText('No service was found in any target.').waitFor();
        expect(await page.textContent('.freshness')).toContain('As of 29 Nov, 14:06 UTC');
        expect(complaints).toEqual([]);
      };
      await usePage(use, `${server.url}wall.html`);
    });

    it('counts its ages on with JavaScript, also from a file, and has nothing that axe reports', async () => {
      const use = async (page: Page) => {
        await page.clock.setFixedTime(new Date(Date.parse(sampleBoard.at) + 3 * 3_600_000));
        await page.getByText('As of 29 Nov, 14:05 UTC, 3 h ago').waitFor();
        await checkState(page, 'static form', 'html');
        expect(complaints).toEqual([]);
      };
      await usePage(use, address, 'runs');
    });
  });
});
