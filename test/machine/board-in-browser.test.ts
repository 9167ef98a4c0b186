import { randomUUID } from 'node:crypto';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliContext } from '../../cli/context.ts';
import { validateConfig } from '../../core/config/check.ts';
import { launchBrowser } from '../../demo/browser.ts';
import example from '../../infra/config.ts';
import { browserFile } from '../board/browser.ts';
import { setCredentials } from '../cli/terminal.ts';
import { startReleaseSystem } from './release-system.ts';

const config = validateConfig({
  ...example,
  targets: example.targets.map((target) => (target.name === 'test' ? { ...target, pauseHooks: 'allow' } : target)),
});

let system: Awaited<ReturnType<typeof startReleaseSystem>>;
let browser: Browser;
let page: Page;
let served: Promise<void>;
const interruption = new AbortController();
const complaints: string[] = [];

/** Serves the board as `gantry board` does, by the clock of the embedded AWS. Returns its address. */
async function serveBoard(): Promise<string> {
  const [{ createCollector }, { runBoard }, { loadPage }] = await Promise.all([
    import('../../board/collect/collector.ts'),
    import('../../board/run-board.ts'),
    import('../../board/page/load-page.ts'),
  ]);
  const now = () => new Date(system.clock.now());
  const context: CliContext = {
    config,
    adaptMessage: (message) => message,
    now,
    sleep: (ms) => new Promise((resolve) => system.clock.after(ms, resolve)),
    uuid: randomUUID,
    interrupted: interruption.signal,
    out() {},
    err: (text) => complaints.push(text),
  };
  const collector = createCollector(config, 'production', now);
  const caller = `arn:aws:iam::${system.system.account}:user/admin`;
  const board = { collector, page: await loadPage(), stage: 'production', caller, port: 0 };
  return new Promise((resolve, reject) => {
    served = runBoard(board, context, resolve);
    served.catch(reject);
  });
}

async function pass(seconds: number): Promise<void> {
  let isOver = false;
  system.clock.after(seconds * 1000, () => {
    isOver = true;
  });
  await system.clock.advanceUntil(() => isOver);
}

/** Lets time pass until the page shows something. Each step is five seconds. After each step the page asks the server again. */
async function untilShown(what: Locator): Promise<void> {
  for (let step = 0; step < 120; step += 1) {
    const answered = page.waitForResponse('**/api/board');
    await page.clock.runFor(5000);
    await (await answered).finished();
    if ((await what.count()) > 0) return;
    await pass(5);
  }
  throw new Error(`The page does not show ${what} within ten minutes: ${await page.innerText('main')}`);
}

const web = () => page.getByRole('row', { name: /^web / }).getByRole('cell').first();
const dialog = () => page.getByRole('dialog');
const inState = (state: string) => web().getByText(state, { exact: true });

describe.skipIf(browserFile === undefined)('the delivery board in a browser, against the embedded AWS', () => {
  beforeAll(async () => {
    system = await startReleaseSystem(config);
    setCredentials(system);
    process.env.TABLE = system.system.table.name;
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(1000);
    await page.goto(await serveBoard());
    await untilShown(inState('At rest'));
  });
  afterAll(async () => {
    await browser?.close();
    interruption.abort();
    await served;
  });

  it('shows a release from its start to its end', async () => {
    const image = await system.push('healthy', { startSeconds: 60 });
    const execution = await system.begin({ target: 'test/web', images: [{ name: 'app', imageUri: image }], by: 'jo' });
    await untilShown(inState('In progress'));
    await untilShown(web().getByText(/^Deployment ecs-svc\/\d+ of web:2: 0 of 2 tasks of web:2 run; 2 of web:1/));
    expect(await web().innerText()).toMatch(/old web:1\s+2 still running\s+new web:2\s+0 of 2 running, 2 pending/);
    await untilShown(inState('At rest'));
    await system.end(execution);
    await untilShown(page.getByRole('row', { name: /test\/web.*Succeeded.*jo/ }));
    expect(await web().innerText()).toMatch(/2 of 2 tasks[\s\S]*web:2[\s\S]*by jo/);
  });

  it('shows a failure: the reason, the end of the log, what happened, and where the service is now', async () => {
    const image = await system.push('crash', {
      startSeconds: 2,
      then: 'crash',
      exitCode: 1,
      log: ['Error: no basket'],
    });
    const { cause = '' } = await system.release(image);
    await untilShown(inState('Failed'));
    const sentence = await web().locator('.sentence').innerText();
    expect(cause).toContain(sentence);
    await untilShown(web().getByText('End of the log'));
    await web().getByText('End of the log').click();
    expect(await web().innerText()).toMatch(/Now: web:2 \(2 of 2 tasks of web:2 run\)[\s\S]*Error: no basket/);
    await web().getByRole('button', { name: 'Details of the failure' }).click();
    await dialog().getByText('Watch Rollout').first().waitFor();
    expect(await dialog().innerText()).toMatch(/Why it failed[\s\S]*Error: no basket[\s\S]*What happened[\s\S]*ECS/);
    await page.keyboard.press('Escape');
  });

  it('rolls back after a preview and a confirmation, in the name of the user', async () => {
    await web().getByRole('button', { name: 'Actions: test/web' }).click();
    await dialog().getByRole('combobox').selectOption({ index: 1 });
    await dialog().getByRole('button', { name: 'Roll back…' }).click();
    await dialog().getByRole('heading', { name: 'This would happen' }).waitFor();
    expect(await dialog().innerText()).toContain('web:1');
    await page.keyboard.press('Tab');
    await page.keyboard.type('The basket is empty.');
    await page.keyboard.press('Enter');
    await dialog().getByText('A rollback of test/web was started.').waitFor();
    await page.keyboard.press('Escape');
    await untilShown(page.getByRole('row', { name: /test\/web.*rollback.*Succeeded.*admin/ }));
    await untilShown(web().getByText('web:1', { exact: true }).first());
  });

  it('shows a pause, and continues it', async () => {
    const lifecycleHooks = [{ targetType: 'PAUSE', lifecycleStages: ['PRE_SCALE_UP'] }];
    const deploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, lifecycleHooks };
    await system.testAccount('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', deploymentConfiguration });
    const execution = await system.begin({ target: 'test/web' });
    await untilShown(inState('Waiting'));
    await untilShown(web().getByRole('button', { name: 'Continue…' }));
    expect(await web().innerText()).toMatch(/since .* ago[\s\S]*until .* left[\s\S]*then: /);
    await web().getByRole('button', { name: 'Continue…' }).click();
    await dialog().getByRole('button', { name: 'Continue…' }).click();
    await dialog().getByRole('button', { name: 'Continue test/web now' }).click();
    await dialog().getByText('was started.').waitFor();
    await page.keyboard.press('Escape');
    expect((await system.end(execution)).status).toBe('SUCCEEDED');
    await untilShown(inState('At rest'));
    expect(complaints).toEqual([]);
  });
});
