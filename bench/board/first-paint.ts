import type { Page } from 'playwright-core';
import type { BoardPage } from '../../board/board-page.ts';
import { createToken } from '../../board/serve/check-request.ts';
import { serveBoard } from '../../board/serve/server.ts';
import type { BoardData } from '../../core/board/data.ts';
import type { Config } from '../../core/config/check.ts';
import { findBrowser, launchBrowser } from '../../demo/browser.ts';

/** What a browser needs, in ms since it began to load the page: until its first paint, and until every service is shown. */
export interface PaintTimes {
  firstPaint: number;
  allServices: number;
}

const refuse = () => Promise.reject(new Error('The benchmark presses no button.'));

/** Waits until the page has a row for each service, and reads the browser's own times (W3C Paint Timing). */
async function readTimes(page: Page, services: number): Promise<PaintTimes> {
  await page.waitForFunction(
    (count) => document.querySelectorAll('table.services tbody tr').length === count,
    services,
  );
  return page.evaluate(() => ({
    firstPaint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    allServices: performance.now(),
  }));
}

/** Opens the served board in the machine's Chromium. Undefined if there is none. */
export async function measureFirstPaint(
  page: BoardPage,
  config: Config,
  data: () => BoardData,
): Promise<PaintTimes | undefined> {
  if (findBrowser() === undefined) return undefined;
  const backend = { page, data, details: async () => undefined, preview: refuse, confirm: refuse };
  const settings = { config, token: createToken(), adaptMessage: (text: string) => text, report: console.error };
  const board = await serveBoard(backend, 0, settings);
  const browser = await launchBrowser();
  try {
    const tab = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await tab.goto(board.url);
    return await readTimes(tab, data().rows.length);
  } finally {
    await browser.close();
    await board.close();
  }
}
