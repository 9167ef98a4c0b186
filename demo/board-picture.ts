import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { loadCheckoutConfig } from '../cli/checkout-config.ts';
import type { Config } from '../core/config/check.ts';
import type { JumpingClock } from '../local/clock.ts';
import { createSystemFactory } from '../local/run/in-process-system.ts';
import { useFolderAsSource } from '../local/run/source.ts';
import { openBoard, passTime } from './board.ts';
import { launchBrowser } from './browser.ts';
import { createDemoRepository } from './repository.ts';
import { createDemoSystem } from './system.ts';
import { releaseTwoCommits } from './two-releases.ts';

/* Draws the picture of the delivery board in README.md: npm run picture. It plays the demo, and takes a screenshot of the board at the demo's end. */

const file = join(import.meta.dirname, '..', 'docs', 'board.webp');

const size = { width: 1200, height: 684 };

const quality = 80;

/** How often the page asks the board, in ms. */
const refreshMs = 5000;

/** Lets time pass. Meanwhile the page asks the board as often as in real time. */
async function passWithPage(page: Page, clock: JumpingClock, minutes: number): Promise<void> {
  for (let ms = 0; ms < minutes * 60_000; ms += refreshMs) {
    await passTime(clock, refreshMs);
    const answered = page.waitForResponse('**/api/board');
    await page.clock.runFor(refreshMs);
    await (await answered).finished();
  }
}

/** Playwright writes PNG and JPEG. Chromium itself also writes WebP, which needs a third of the size. */
async function takePicture(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality });
  return Buffer.from(data, 'base64');
}

async function openPage(url: string): Promise<Page> {
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: size, deviceScaleFactor: 1.5, colorScheme: 'light' });
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(1000);
  await page.goto(url);
  return page;
}

async function drawBoard(config: Config): Promise<Buffer> {
  const startSystem = await createSystemFactory(config, { withExistingResources: true });
  const running = await startSystem(randomUUID());
  const { clock } = running;
  const board = await openBoard(running, config, clock);
  const page = await openPage(board.url);
  const demo = createDemoSystem(running, clock, {
    show() {},
    approve: async () => {
      await passWithPage(page, clock, 25);
      return true;
    },
  });
  const repository = await createDemoRepository(demo.targets);
  useFolderAsSource(running, config, repository.folder, repository.summarize);
  await releaseTwoCommits(demo, repository, () => {});
  await passWithPage(page, clock, 6);
  await page.getByText('End of the log').click();
  const picture = await takePicture(page);
  await page.context().browser()?.close();
  await board.close();
  await running.stop();
  await repository.remove();
  return picture;
}

const picture = await drawBoard(await loadCheckoutConfig());
writeFileSync(file, picture);
console.log(`${file}: ${Math.round(picture.length / 1000)} KB`);
