import { styleText } from 'node:util';
import { formatCount } from '../../core/parsing/count.ts';
import { wrapText } from '../wrap-text.ts';
import { type CheckOutcome, type CheckResult, checkAreas } from './check-result.ts';

/** The word in the text for the state of a result. The JSON output says NG for a failed check. */
const labels = { OK: 'OK', NG: 'FAIL', SKIP: 'SKIP' } as const;

const colours = { OK: 'green', NG: 'red', SKIP: 'yellow' } as const;

const formatState = (state: CheckOutcome['state']): string => styleText(colours[state], labels[state].padEnd(4));

/** How far the rest of a wrapped line is indented: below the check's own sentence. */
const continuationIndent = 5;

/**
 * Formats one line for each area of checks, followed by the findings of the area. A failed finding is followed by its fix. `columns`: the width of the
 * terminal. Without `columns`, no line is wrapped.
 */
export function formatResults(results: CheckResult[], columns = Number.POSITIVE_INFINITY): string {
  const areas = checkAreas.flatMap((area) => {
    const found = results.filter((one) => one.link === area);
    return found.length === 0
      ? []
      : [
          `${formatState(summarizeState(found))} ${area.padEnd(9)} ${formatCounts(found)}`,
          ...found.flatMap(formatResult),
          ...formatSkipped(found),
        ];
  });
  const lines = [...areas, '', formatCounts(results)];
  return lines.map((line) => wrapText(line, columns, continuationIndent)).join('\n');
}

/** One failed check fails the area, and one passed check is enough to pass the area. A skipped check does not change the result of the others. */
const summarizeState = (found: CheckOutcome[]): CheckOutcome['state'] => {
  const states = found.map(({ state }) => state);
  if (states.includes('NG')) return 'NG';
  return states.includes('OK') ? 'OK' : 'SKIP';
};

const formatOutcomeLine = (state: CheckOutcome['state'], text: string): string => `     ${formatState(state)} ${text}`;

function formatResult({ state, says, policy, statement, fix }: CheckResult): string[] {
  if (state === 'SKIP') return [];
  const remedy = [`          policy: ${policy}; statement: ${statement}`, `          fix: ${fix}`];
  return [formatOutcomeLine(state, says), ...(state === 'NG' ? remedy : [])];
}

/** Checks that were skipped for the same reason are one line. */
function formatSkipped(found: CheckResult[]): string[] {
  const skips = Map.groupBy(
    found.filter(({ state }) => state === 'SKIP'),
    ({ fix }) => fix,
  );
  return [...skips].map(([reason, of]) =>
    formatOutcomeLine('SKIP', `${of.length === 1 ? of[0]?.says : formatCount(of.length, 'check')}: ${reason}`),
  );
}

const formatCounts = (found: CheckOutcome[]): string =>
  (['OK', 'NG', 'SKIP'] as const)
    .map((state) => ({ state, count: found.filter((one) => one.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${labels[state]}`)
    .join(', ');
