import { parseArgs } from 'node:util';
import { assertGivenOnce } from '../cli/command.ts';
import { parseCommandLine } from './deployers.ts';
import { type Scenario, scenarios } from './scenarios.ts';

/** The parsed options. */
export type BenchOptions =
  | { command: 'help' | 'readme' | 'feedback' | 'start' | 'board' }
  | { command: 'cold'; json: boolean }
  | { command: 'scale'; json: boolean; part: boolean; sizes: number[]; accounts: number }
  | {
      command: 'bench';
      json: boolean;
      quick: boolean;
      /** Whether the run is not complete. Only complete runs are written to a file. */
      part: boolean;
      strategies: boolean;
      chosen: Scenario[];
      deployer: string[];
      watcher: string[];
    };

/** The options of each command. */
const optionsByCommand: Record<BenchOptions['command'], string[]> = {
  bench: ['quick', 'json', 'deployer', 'watcher', 'only', 'strategies'],
  scale: ['deployments', 'accounts', 'json'],
  cold: ['json'],
  readme: [],
  feedback: [],
  start: [],
  board: [],
  help: [],
};

const flag = { type: 'boolean' } as const;
const word = { type: 'string' } as const;
const flags = { quick: flag, strategies: flag, json: flag, help: flag };
const words = { only: word, deployments: word, accounts: word, deployer: word, watcher: word };
const repeatable = ['deployer', 'watcher'];

const isCommand = (given: string): given is BenchOptions['command'] => Object.keys(optionsByCommand).includes(given);

const formatOptionNames = (names: string[]): string => names.map((name) => `--${name}`).join(', ');

/** Returns the command and a function for the values of an option, in order. Throws if the command does not have an option. */
function readTokens(args: string[]): { command: BenchOptions['command']; given: (name: string) => string[] } {
  const read = { options: { ...flags, ...words }, strict: false, allowPositionals: true, tokens: true } as const;
  const { positionals, tokens } = parseArgs({ args, ...read });
  const found = tokens.filter((token) => token.kind === 'option');
  const unknown = found.find(({ name }) => !Object.hasOwn(read.options, name));
  if (unknown !== undefined)
    throw new Error(
      `${unknown.rawName} is not an option: expected one of ${formatOptionNames(Object.keys(read.options))}.`,
    );
  const [command = 'bench', more] = positionals;
  if (!isCommand(command))
    throw new Error(`"${command}" is not a command: expected scale, cold, readme, feedback, start, board or nothing.`);
  if (more !== undefined) throw new Error(`"${more}" is one word too many after "${command}": expected options only.`);
  for (const token of found) checkOption(command, token);
  assertGivenOnce(found, ({ name }) => name in words && !repeatable.includes(name));
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
    throw new Error(`${rawName} is not an option of "${command}": expected one of ${formatOptionNames(takes)}.`);
  if (name in flags && value !== undefined) throw new Error(`${rawName} takes no value: found "${value}".`);
  if (name in words && (!value || (!inlineValue && value.startsWith('-'))))
    throw new Error(`${rawName} lacks its value: found ${value ? `"${value}"` : 'nothing'}.`);
}

/** Parses numbers such as `100,1000`. Throws if the text has another form. */
function parseSizes(given: string): number[] {
  const sizes = given.split(',');
  if (!sizes.every((size) => wholeNumberPattern.test(size)))
    throw new Error(`--deployments "${given}" must be numbers of deployments, such as 100,1000.`);
  return sizes.map(Number);
}

const wholeNumberPattern = /^[1-9]\d{0,5}$/;

function parseAccounts(given: string): number {
  if (wholeNumberPattern.test(given)) return Number(given);
  throw new Error(`--accounts "${given}" must be a number of accounts, such as 10.`);
}

function chooseScenarios(only: string, { quick, strategies }: { quick: boolean; strategies: boolean }): Scenario[] {
  const all = scenarios.filter(({ slow, strategy }) => !(quick && slow) && !(strategies && strategy === undefined));
  const chosen = all.filter(({ title }) => title.includes(only));
  if (chosen.length > 0) return chosen;
  throw new Error(`--only "${only}" chooses nothing: expected a word of ${all.map(({ title }) => title).join('; ')}.`);
}

/** Parses the arguments. Throws an Error whose message is one sentence for the user. */
export function parseBenchOptions(args: string[]): BenchOptions {
  const { command, given } = readTokens(args);
  const has = (name: string): boolean => given(name).length > 0;
  const one = (name: string, otherwise: string): string => given(name)[0] ?? otherwise;
  const json = has('json');
  if (has('help') || command === 'help') return { command: 'help' };
  if (command === 'readme' || command === 'feedback' || command === 'start' || command === 'board') return { command };
  if (command === 'cold') return { command, json };
  if (command === 'scale') {
    const sizes = parseSizes(one('deployments', '100,1000,10000'));
    const part = has('deployments') || has('accounts');
    return { command, json, part, sizes, accounts: parseAccounts(one('accounts', '10')) };
  }
  const [quick, strategies] = [has('quick'), has('strategies')];
  if (quick && strategies) throw new Error('--strategies cannot be combined with --quick: its scenarios are slow.');
  const [deployer, watcher] = [given('deployer'), given('watcher')];
  for (const each of [...deployer, ...watcher]) parseCommandLine(each, 0, false);
  return {
    command,
    json,
    quick,
    part: has('only'),
    strategies,
    chosen: chooseScenarios(one('only', ''), { quick, strategies }),
    deployer,
    watcher,
  };
}
