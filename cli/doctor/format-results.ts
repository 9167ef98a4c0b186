import { styleText } from 'node:util';
import { type CheckOutcome, type CheckResult, checkAreas } from './check-result.ts';

const colours = { OK: 'green', NG: 'red', SKIP: 'yellow' } as const;

const formatState = (state: CheckOutcome['state']): string => styleText(colours[state], state.padEnd(4));

/** One line per link of the chain; under it what was found, and under an NG what to change. */
export function formatResults(examined: CheckResult[]): string {
  const chain = checkAreas.flatMap((link) => {
    const found = examined.filter((one) => one.link === link);
    return found.length === 0
      ? []
      : [
          `${formatState(summarizeState(found))} ${link.padEnd(9)} ${formatCounts(found)}`,
          ...found.flatMap(formatResult),
          ...formatSkipped(found),
        ];
  });
  return [...chain, '', formatCounts(examined)].join('\n');
}

/** A link is NG with one NG, and OK with one OK: what could not be looked at takes nothing from what could. */
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

/** What was not looked at for one reason is one line. */
function formatSkipped(found: CheckResult[]): string[] {
  const skips = Map.groupBy(
    found.filter(({ state }) => state === 'SKIP'),
    ({ fix }) => fix,
  );
  return [...skips].map(([reason, of]) =>
    formatOutcomeLine('SKIP', `${of.length === 1 ? of[0]?.says : `${of.length} checks`}: ${reason}`),
  );
}

const formatCounts = (found: CheckOutcome[]): string =>
  (['OK', 'NG', 'SKIP'] as const)
    .map((state) => ({ state, count: found.filter((one) => one.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state}`)
    .join(', ');
