import { parseArgs } from 'node:util';
import { cold } from './cold.ts';
import { deployersOf } from './deployers.ts';
import { play } from './play.ts';
import { refresh } from './readme.ts';
import { reportOf, textOf, write } from './report.ts';
import { scale, sizesOf } from './scale/run.ts';
import { scenarios } from './scenarios.ts';
import { createWorld } from './world.ts';

const usage = `npm run bench -- [--quick] [--json] [--deployer NAME=CMD] [--watcher NAME=CMD] [--only WORD]
npm run bench -- scale [--deployments 100,1000,10000] [--accounts 10] [--json]
npm run bench -- cold [--json]
npm run bench -- readme

Plays the same scenarios with each deployer against one embedded ECS at real speed, and writes bench/results/.
  --quick     under two minutes: no slow scenario, for each what is left of it
  --json      prints the figures as JSON instead of the tables, and writes nothing
  --deployer  adds a command line that releases IMAGE to SERVICE in CLUSTER
  --watcher   adds a command line that watches a release of SERVICE in CLUSTER to TASK_DEFINITION
  --only      only scenarios whose title has this word
  scale       so many deployments at once, in simulated time under ECS's throttles, woken and polling
  cold        sizes and init times of the functions' bundles
  readme      puts the newest run's first table into README.md; each written run does so too
`;

/** Seconds for all of the short form, from the start of the process to its end, of them some for the tables. */
const quickly = 110;

/** For how long (ms) a cell may go on: in the short form what is left, else until the waiters' own ten minutes have passed. */
const limit = (quick: boolean): number => (quick ? Math.floor(Math.max(30, quickly - process.uptime())) : 660) * 1000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    deployer: { type: 'string', multiple: true, default: [] },
    watcher: { type: 'string', multiple: true, default: [] },
    only: { type: 'string', default: '' },
    deployments: { type: 'string', default: '100,1000,10000' },
    accounts: { type: 'string', default: '10' },
    help: { type: 'boolean', default: false },
  },
});

async function bench(): Promise<void> {
  const { quick, json, only } = values;
  const deployers = deployersOf(values);
  const chosen = scenarios.filter(({ slow, title }) => !(quick && slow) && title.includes(only));
  const pairs = chosen.flatMap((scenario) => deployers.map((deployer) => ({ scenario, deployer })));
  const date = new Date();
  const world = await createWorld();
  const log = (line: string) => console.error(line);
  const { rows, limitMs } = await play(world, pairs, { limit: () => limit(quick), log });
  await world.running.stop();
  const report = reportOf(rows, deployers, { limitMs, quick, date });
  if (json) console.log(JSON.stringify(report, null, 2));
  else {
    console.log(textOf(report));
    if (only !== '') return;
    console.log(write(textOf(report), quick ? 'quick.md' : 'full.md', date));
    refresh();
  }
}

if (values.help) console.log(usage);
else if (positionals[0] === 'cold') await cold(values.json);
else if (positionals[0] === 'readme') refresh();
else if (positionals[0] === 'scale')
  await scale({ sizes: sizesOf(values.deployments), accounts: Number(values.accounts), json: values.json });
else await bench();
process.exit(0);
