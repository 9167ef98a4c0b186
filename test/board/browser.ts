import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { browserNames, findBrowser } from '../../demo/browser.ts';

/** The machine's Chromium; undefined if there is none on the PATH. */
export const browserFile = findBrowser();

if (browserFile === undefined)
  console.warn(
    `None of ${browserNames.join(', ')} is on the PATH: the tests of the delivery board in a browser are skipped.`,
  );

/**
 * Returns the problems that axe finds in a part of a page, one text for each element. `rules`: tests only these rules; otherwise all of WCAG A and AA and the
 * best practices.
 */
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
