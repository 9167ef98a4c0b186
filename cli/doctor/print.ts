import { styleText } from 'node:util';
import { type Examined, type Finding, links } from './finding.ts';

const colours = { OK: 'green', NG: 'red', SKIP: 'yellow' } as const;

const word = (state: Finding['state']): string => styleText(colours[state], state.padEnd(4));

/** One line per link of the chain; under it what was found, and under an NG what to change. */
export function shown(examined: Examined[]): string {
  const chain = links.flatMap((link) => {
    const found = examined.filter((one) => one.link === link);
    return found.length === 0
      ? []
      : [`${word(worst(found))} ${link.padEnd(9)} ${tally(found)}`, ...found.flatMap(lines), ...skipped(found)];
  });
  return [...chain, '', tally(examined)].join('\n');
}

/** A link is NG with one NG, and OK with one OK: what could not be looked at takes nothing from what could. */
const worst = (found: Finding[]): Finding['state'] => {
  const states = found.map(({ state }) => state);
  if (states.includes('NG')) return 'NG';
  return states.includes('OK') ? 'OK' : 'SKIP';
};

const line = (state: Finding['state'], text: string): string => `     ${word(state)} ${text}`;

function lines({ state, says, policy, statement, fix }: Examined): string[] {
  if (state === 'SKIP') return [];
  const remedy = [`          policy: ${policy}; statement: ${statement}`, `          fix: ${fix}`];
  return [line(state, says), ...(state === 'NG' ? remedy : [])];
}

/** What was not looked at for one reason is one line. */
function skipped(found: Examined[]): string[] {
  const skips = Map.groupBy(
    found.filter(({ state }) => state === 'SKIP'),
    ({ fix }) => fix,
  );
  return [...skips].map(([reason, of]) =>
    line('SKIP', `${of.length === 1 ? of[0]?.says : `${of.length} checks`}: ${reason}`),
  );
}

const tally = (found: Finding[]): string =>
  (['OK', 'NG', 'SKIP'] as const)
    .map((state) => ({ state, count: found.filter((one) => one.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state}`)
    .join(', ');
