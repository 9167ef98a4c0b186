import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The machine's Chromium; undefined if there is none on the PATH. */
export const browserFile = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find(isExecutable);

if (browserFile === undefined)
  console.warn(`None of ${names.join(', ')} is on the PATH: the tests of the delivery board in a browser are skipped.`);

const quietArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the machine's Chromium, without a window. */
export async function launchBrowser(): Promise<Browser> {
  if (browserFile === undefined) throw new Error('There is no Chromium on the PATH: skip the tests that need one.');
  return chromium.launch({ executablePath: browserFile, args: quietArguments });
}

/** Returns what axe finds in a part of a page, one text for each element. `rules`: only these; otherwise all of WCAG A and AA and the best practices. */
export async function findAccessibilityProblems(page: Page, part: string, rules?: string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    ([place, only]) =>
      (window as unknown as { axe: typeof axe }).axe.run(place, { preload: false, ...(only && { runOnly: only }) }),
    [part, rules] as const,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  );
}
