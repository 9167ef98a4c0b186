import { stripVTControlCharacters } from 'node:util';
import { barsOf } from './bars.ts';
import type { Happening, Tell } from './happening.ts';
import { elapsed, lineOf } from './lines.ts';
import type { World } from './world.ts';

/** How a watcher is told: JSON lines, plain lines, or on a terminal lines with what goes on now drawn beneath them. */
export function tellerFor(world: World, json: boolean): Tell {
  if (json) return (happening) => world.out(`${JSON.stringify(happening)}\n`);
  return world.columns === undefined ? plain(world) : live(world, world.columns);
}

/** When it began, in AWS's time: our own clock, which says when we asked, may differ. */
const startOf = (): ((happening: Happening) => number) => {
  let start: number | undefined;
  return ({ at, type }) => {
    if (type !== 'started') start ??= Date.parse(at);
    return start ?? Date.parse(at);
  };
};

const plain = (world: World): Tell => {
  const since = startOf();
  return (happening) => world.out(`${lineOf(happening, since(happening))}\n`);
};

/** Up so many lines and clear from there on (ECMA-48: CUU, ED). */
const erase = (lines: number): string => (lines === 0 ? '' : `\u001b[${lines}A\u001b[J`);

/** A line that is longer than the terminal is wide would wrap, and be counted wrongly. */
const fitting = (line: string, columns: number): string => [...line].slice(0, columns - 1).join('');

function live(world: World, columns: number): Tell {
  const since = startOf();
  let drawn: string[] = [];
  let state = '';
  let bars: string[] = [];
  return (happening) => {
    const start = since(happening);
    if (happening.type === 'tasks') bars = barsOf(happening.deployments);
    if (happening.type === 'state') state = happening.name;
    const line = happening.type === 'tasks' ? '' : `${lineOf(happening, start)}\n`;
    const over = happening.type === 'ended' || happening.type === 'stopped';
    const before = erase(drawn.length);
    const now = `${state} · ${elapsed(Date.parse(happening.at) - start)} · Ctrl-C stops watching, not the deployment`;
    drawn = over ? [] : [...bars, now].map((text) => fitting(`  ${stripVTControlCharacters(text)}`, columns));
    world.out(`${before}${line}${drawn.map((text) => `${text}\n`).join('')}`);
  };
}
