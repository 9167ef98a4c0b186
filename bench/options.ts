import { parseArgs } from 'node:util';
import { parseCommandLine } from './deployers.ts';
import { type Scenario, scenarios } from './scenarios.ts';

/** What somebody may type after `npm run bench --`. */
export const usage = `npm run bench -- [--quick] [--json] [--deployer NAME=CMD] [--watcher NAME=CMD] [--only WORD]
npm run bench -- scale [--deployments 100,1000,10000] [--accounts 10] [--json]
npm run bench -- cold [--json]
npm run bench -- readme
npm run bench -- feedback

Plays the same scenarios with each deployer against one embedded ECS at real speed, and writes bench/results/.
  --quick     under two minutes: no slow scenario, for each what is left of it
  --json      prints the figures as JSON instead of the tables, and writes nothing
  --deployer  adds a command line that releases IMAGE to SERVICE in CLUSTER
  --watcher   adds a command line that watches a release of SERVICE in CLUSTER to TASK_DEFINITION
  --only      only scenarios whose title has this word; writes nothing
  scale       so many deployments at once, in simulated time under ECS's throttles, woken and polling; other numbers write nothing
  cold        sizes and init times of the functions' bundles
  feedback    how long one file of test/core/ takes, beside the test runner on an empty test; writes nothing
  readme      puts what the newest whole runs came to into README.md; each of them does so too
`;

/** What was asked for. */
export type BenchOptions =
  | { command: 'help' | 'readme' | 'feedback' }
  | { command: 'cold'; json: boolean }
  | { command: 'scale'; json: boolean; part: boolean; sizes: number[]; accounts: number }
  | {
      command: 'bench';
      json: boolean;
      quick: boolean;
      /** Whether it is not the whole run, which alone is written. */
      part: boolean;
      chosen: Scenario[];
      deployer: string[];
      watcher: string[];
    };

/** Which options each command takes. */
const optionsByCommand: Record<BenchOptions['command'], string[]> = {
  bench: ['quick', 'json', 'deployer', 'watcher', 'only'],
  scale: ['deployments', 'accounts', 'json'],
  cold: ['json'],
  readme: [],
  feedback: [],
  help: [],
};

const flag = { type: 'boolean' } as const;
const word = { type: 'string' } as const;
const flags = { quick: flag, json: flag, help: flag };
const words = { only: word, deployments: word, accounts: word, deployer: word, watcher: word };

const isCommand = (given: string): given is BenchOptions['command'] => Object.keys(optionsByCommand).includes(given);

const formatOptionNames = (names: string[]): string => names.map((name) => `--${name}`).join(', ');

/** What was typed: a command and what its options were given, in order. Throws where it takes none of such. */
function readTokens(args: string[]): { command: BenchOptions['command']; given: (name: string) => string[] } {
  const read = { options: { ...flags, ...words }, strict: false, allowPositionals: true, tokens: true } as const;
  const { positionals, tokens } = parseArgs({ args, ...read });
  const found = tokens.filter((token) => token.kind === 'option');
  const unknown = found.find(({ name }) => !Object.hasOwn(read.options, name));
  if (unknown !== undefined)
    throw new Error(
      `${unknown.rawName} is no option: expected one of ${formatOptionNames(Object.keys(read.options))}.`,
    );
  const [command = 'bench', more] = positionals;
  if (!isCommand(command))
    throw new Error(`"${command}" is no command: expected scale, cold, readme, feedback or nothing.`);
  if (more !== undefined) throw new Error(`"${more}" is one word too many after "${command}": expected options only.`);
  for (const token of found) checkOption(command, token);
  return { command, given: (name) => found.flatMap((token) => (token.name === name ? [token.value ?? ''] : [])) };
}

interface Option {
  name: string;
  rawName: string;
  value: string | undefined;
  inlineValue: boolean | undefined;
}

function checkOption(command: BenchOptions['command'], { name, rawName, value, inlineValue }: Option): void {
  const takes = [...optionsByCommand[command], 'help'];
  if (!takes.includes(name))
    throw new Error(`${rawName} is no option of "${command}": expected one of ${formatOptionNames(takes)}.`);
  if (name in flags && value !== undefined) throw new Error(`${rawName} takes no value: found "${value}".`);
  if (name in words && (!value || (!inlineValue && value.startsWith('-'))))
    throw new Error(`${rawName} lacks its value: found ${value ? `"${value}"` : 'nothing'}.`);
}

/** `100,1000` as numbers. Throws where it is not that. */
function parseSizes(given: string): number[] {
  const sizes = given.split(',');
  if (!sizes.every((size) => wholeNumberPattern.test(size)))
    throw new Error(`--deployments "${given}" must be numbers of deployments, such as 100,1000.`);
  return sizes.map(Number);
}

const wholeNumberPattern = /^[1-9]\d{0,5}$/;

function parseAccounts(given: string): number {
  if (!wholeNumberPattern.test(given))
    throw new Error(`--accounts "${given}" must be a number of accounts, such as 10.`);
  return Number(given);
}

function chooseScenarios(only: string, quick: boolean): Scenario[] {
  const all = scenarios.filter(({ slow }) => !(quick && slow));
  const chosen = all.filter(({ title }) => title.includes(only));
  if (chosen.length > 0) return chosen;
  throw new Error(`--only "${only}" chooses nothing: expected a word of ${all.map(({ title }) => title).join('; ')}.`);
}

/** Reads the arguments. Throws one sentence for whoever typed them where they cannot be followed. */
export function parseBenchOptions(args: string[]): BenchOptions {
  const { command, given } = readTokens(args);
  const has = (name: string): boolean => given(name).length > 0;
  const last = (name: string, otherwise: string): string => given(name).at(-1) ?? otherwise;
  const json = has('json');
  if (has('help') || command === 'help') return { command: 'help' };
  if (command === 'readme' || command === 'feedback') return { command };
  if (command === 'cold') return { command, json };
  if (command === 'scale') {
    const sizes = parseSizes(last('deployments', '100,1000,10000'));
    const part = has('deployments') || has('accounts');
    return { command, json, part, sizes, accounts: parseAccounts(last('accounts', '10')) };
  }
  const quick = has('quick');
  const [deployer, watcher] = [given('deployer'), given('watcher')];
  for (const each of [...deployer, ...watcher]) parseCommandLine(each, 0, false);
  return {
    command,
    json,
    quick,
    part: has('only'),
    chosen: chooseScenarios(last('only', ''), quick),
    deployer,
    watcher,
  };
}
