import { cold } from './cold.ts';
import { deployersOf } from './deployers.ts';
import { parse, usage, type Wish } from './options.ts';
import { play } from './play.ts';
import { refresh } from './readme.ts';
import { reportOf, textOf, write } from './report.ts';
import { scale } from './scale/run.ts';
import { createWorld } from './world.ts';

/** Seconds for all of the short form, from the start of the process to its end, of them some for the tables. */
const quickly = 110;

/** For how long (ms) a cell may go on: in the short form what is left, else until the waiters' own ten minutes have passed. */
const limit = (quick: boolean): number => (quick ? Math.floor(Math.max(30, quickly - process.uptime())) : 660) * 1000;

async function bench({ quick, json, part, chosen, ...given }: Extract<Wish, { command: 'bench' }>): Promise<void> {
  const deployers = deployersOf(given);
  const pairs = chosen.flatMap((scenario) =>
    deployers
      .filter(({ only }) => only === undefined || only.includes(scenario.id))
      .map((deployer) => ({ scenario, deployer })),
  );
  const date = new Date();
  const world = await createWorld();
  const log = (line: string) => console.error(line);
  const { rows, limitMs } = await play(world, pairs, { limit: () => limit(quick), log });
  await world.running.stop();
  const report = reportOf(rows, deployers, { limitMs, quick, date });
  console.log(json ? JSON.stringify(report, null, 2) : textOf(report));
  if (!json && !part) console.log(write(textOf(report), quick ? 'quick.md' : 'full.md', date));
}

/** What was asked for; a sentence and the usage where that cannot be followed, before anything is begun. */
function wished(): Wish {
  try {
    return parse(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}

const wish = wished();
if (wish.command === 'help') console.log(usage);
if (wish.command === 'cold') await cold(wish.json);
if (wish.command === 'scale') await scale(wish);
if (wish.command === 'bench') await bench(wish);
const writes = 'json' in wish && !wish.json && !('part' in wish && wish.part);
if (writes || wish.command === 'readme') refresh();
process.exit(0);
