import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { Failure } from '../core/errors/failure.ts';

/** A wrong call: one sentence that says what was found and what was expected. */
export class UsageError extends Error {}

type ParsedOptions<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ args: string[]; options: Options; allowPositionals: true; strict: true }>
>;

/** A program that is run with options, and what it does with them; `run` answers the exit code. */
export interface Command<Options extends ParseArgsOptionsConfig> {
  usage: string;
  options: Options;
  /** How many words it takes that are no options. */
  words?: number;
  run(values: ParsedOptions<Options>['values'], words: string[]): number | Promise<number>;
}

/**
 * Runs a program with what stands on the command line, and answers its exit code. Nothing of it begins before all is understood: of `--help` and
 * of a wrong call the usage is printed. A mistake in the configuration is told as it is, since no usage helps there.
 */
export async function runCommand<Options extends ParseArgsOptionsConfig>(
  { usage, options, words = 0, run }: Command<Options>,
  args = process.argv.slice(2),
): Promise<number> {
  if (isHelpRequested(args)) {
    console.log(usage);
    return 0;
  }
  try {
    const { values, positionals } = parseCommandLine({ options, words }, args);
    return await run(values, positionals);
  } catch (error) {
    if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`);
    else if (error instanceof Failure && error.name === 'ConfigurationError') console.error(error.message);
    else throw error;
    return 2;
  }
}

/** Asks for help wherever it stands, also beside mistakes. */
export const isHelpRequested = (args: string[]): boolean => args.includes('--help') || args.includes('-h');

function parseCommandLine<Options extends ParseArgsOptionsConfig>(
  { options, words }: { options: Options; words: number },
  args: string[],
): ParsedOptions<Options> {
  const found = parseOptions({ args, options, allowPositionals: true, strict: true });
  const more = found.positionals.slice(words);
  if (more.length === 0) return found;
  const expected = words === 0 ? 'there are only options' : `no more than ${words} may stand beside options`;
  throw new UsageError(`Found also "${more.join(' ')}"; ${expected}.`);
}

/** Node's parseArgs, which says of a wrong option in one sentence what is wrong. */
export function parseOptions<Options extends ParseArgsOptionsConfig>(given: {
  args: string[];
  options: Options;
  allowPositionals: true;
  strict: true;
}): ParsedOptions<Options> {
  try {
    return parseArgs(given);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(explainParseError(error.message));
  }
}

/** Node goes on with advice over several lines; of a value that begins with a hyphen it says no more than that it is ambiguous. */
function explainParseError(message: string): string {
  const [said = ''] = message.split(/\. |\n/);
  const sentence = said.replace(/\.$/, '');
  const [, option] = /^Option '(?:-\w, )?(--[\w-]+)[^']*' argument is ambiguous/.exec(sentence) ?? [];
  if (option === undefined) return `${sentence}.`;
  return `${option} has no value: what follows begins with a hyphen, and would be given as ${option}=VALUE.`;
}

/** A whole number from the command line, or the default. `name` is the option's. */
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
