import { type ParseArgsConfig, type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { Failure } from '../core/errors/failure.ts';
import { formatCount } from '../core/parsing/count.ts';
import { exitOnClosedOutput } from './closed-output.ts';
import { openTerminal } from './terminal.ts';
import { wrapHelp } from './wrap-help.ts';

/** A wrong call. The message is one sentence that says what was found and what was expected. */
export class UsageError extends Error {}

type ParsedOptions<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ args: string[]; options: Options; allowPositionals: true; strict: true; tokens: true }>
>;

/** A wrong call with an option that does not exist. */
export class UnknownOptionError extends UsageError {}

/** A command-line program. `run` returns the exit code. */
export interface Command<Options extends ParseArgsOptionsConfig> {
  usage: string;
  options: Options;
  /** The maximum number of positional arguments. */
  words?: number;
  run(values: ParsedOptions<Options>['values'], words: string[]): number | Promise<number>;
}

/**
 * Runs a program with the arguments of the command line and returns its exit code. The program starts only if all arguments are valid: `--help` and a wrong
 * call print the usage. For an error in the configuration it prints only the message, because the usage does not help the user then.
 */
export async function runCommand<Options extends ParseArgsOptionsConfig>(
  { usage, options, words = 0, run }: Command<Options>,
  args = process.argv.slice(2),
): Promise<number> {
  exitOnClosedOutput();
  if (isHelpRequested(args)) {
    console.log(wrapHelp(usage, openTerminal(process.stdout, process.env)?.size().columns));
    return 0;
  }
  try {
    const { values, positionals } = parseCommandLine({ options, words }, args);
    return await run(values, positionals);
  } catch (error) {
    if (error instanceof UsageError) printMistake(`${error.message}\n\n${usage}`);
    else if (error instanceof Failure && error.name === 'ConfigurationError') printMistake(error.message);
    else throw error;
    return 2;
  }
}

const printMistake = (text: string): void =>
  console.error(wrapHelp(text, openTerminal(process.stderr, process.env)?.size().columns));

/** True if any argument asks for help, even if other arguments are wrong. */
export const isHelpRequested = (args: string[]): boolean =>
  ['--help', '-h'].some((option) => takeOptions(args).includes(option));

/** Returns the arguments before `--`. The arguments after `--` are never options of Gantry. */
export const takeOptions = (args: string[]): string[] =>
  args.includes('--') ? args.slice(0, args.indexOf('--')) : args;

function parseCommandLine<Options extends ParseArgsOptionsConfig>(
  { options, words }: { options: Options; words: number },
  args: string[],
): ParsedOptions<Options> {
  const parsed = parseOptions({ args, options, allowPositionals: true, strict: true, tokens: true });
  const more = parsed.positionals.slice(words);
  if (more.length === 0) return parsed;
  const expected =
    words === 0 ? 'it takes only options' : `it takes at most ${formatCount(words, 'argument')} besides options`;
  throw new UsageError(`Found also "${more.join(' ')}"; ${expected}.`);
}

/** Calls Node's parseArgs. Throws a UsageError of one sentence for a wrong option, or for an option that is given too often. */
export function parseOptions<Options extends ParseArgsOptionsConfig>(given: {
  args: string[];
  options: Options;
  allowPositionals: true;
  strict: true;
  tokens: true;
}): ParsedOptions<Options> {
  const parsed = parseOrThrow(given);
  assertGivenOnce(parsed.tokens, ({ name }) => {
    const option = given.options[name];
    return option?.type === 'string' && option.multiple !== true;
  });
  return parsed;
}

function parseOrThrow<Given extends ParseArgsConfig>(given: Given): ReturnType<typeof parseArgs<Given>> {
  try {
    return parseArgs(given);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const isUnknown = 'code' in error && error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION';
    throw new (isUnknown ? UnknownOptionError : UsageError)(explainParseError(error.message));
  }
}

/** An option in the arguments, as parseArgs finds it. */
interface OptionToken {
  name: string;
  rawName: string;
  value?: string | undefined;
}

/**
 * Throws a UsageError if an option that takes one value has several. Node's parseArgs would use the last value and ignore the others. `takesOneValue` says
 * which options take one value. A flag that is given twice means the same as a flag that is given once.
 */
export function assertGivenOnce(tokens: { kind: string }[], takesOneValue: (option: OptionToken) => boolean): void {
  const given = tokens.filter(isOptionToken).filter(takesOneValue);
  for (const { name, rawName } of given) {
    const values = given.filter((other) => other.name === name).map(({ value }) => `"${value}"`);
    if (values.length > 1) throw new UsageError(`${rawName} takes one value, but is given ${values.join(', ')}.`);
  }
}

const isOptionToken = (token: { kind: string }): token is { kind: 'option' } & OptionToken => token.kind === 'option';

/** Takes only the first sentence of Node's message, which continues with advice. If a value begins with a hyphen, Node only calls it ambiguous. */
function explainParseError(message: string): string {
  const [first = ''] = message.split(/\. |\n/);
  const sentence = first.replace(/\.$/, '');
  const [, option] = /^Option '(?:-\w, )?(--[\w-]+)[^']*' argument is ambiguous/.exec(sentence) ?? [];
  if (option === undefined) return `${sentence}.`;
  return `${option} has no value. A value that begins with a hyphen must be given as ${option}=VALUE.`;
}

/** Parses a whole number from the option `name`; undefined without the option. Throws a UsageError if it is not between `least` and `most`. */
export function parseWholeNumber(
  name: string,
  given: string | undefined,
  { least, most }: { least: number; most: number },
): number | undefined {
  if (given === undefined) return undefined;
  const number = Number(given);
  if (/^\d+$/.test(given) && number >= least && number <= most) return number;
  throw new UsageError(`--${name} is "${given}"; it must be a whole number from ${least} to ${most}.`);
}
