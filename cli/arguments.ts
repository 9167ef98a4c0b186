import type { ParseArgsOptionsConfig } from 'node:util';
import type { Config } from '../core/config/check.ts';
import { defaultStage } from '../core/config/resource-names.ts';
import { bucketNamePattern } from '../core/config/source-schema.ts';
import { getTargetByName, type NamedTarget } from '../core/config/targets.ts';
import { Failure } from '../core/errors/failure.ts';
import { parseOptions, parseWholeNumber, UnknownOptionError, UsageError } from './command.ts';

/** The arguments after a verb on the command line. The methods read an option by its name. */
export interface VerbArguments {
  verb: string;
  positionals: string[];
  /** How many of the positional arguments precede `--`. Without `--`, all of them. */
  wordsBeforeDashes: number;
  stage: string;
  json: boolean;
  flag(name: string): boolean;
  text(name: string): string | undefined;
  texts(name: string): string[];
  /** Parses a whole number. Throws if the value is not a whole number, or is not between `least` and `most`. */
  whole(name: string, limits: { least: number; most: number }): number | undefined;
}

/** The options that every verb has. */
export const commonOptions: ParseArgsOptionsConfig = {
  stage: { type: 'string', default: defaultStage },
  config: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};

/** Creates the error for a wrong call: what is wrong, and which help to read. */
export const verbUsageError = (verb: string, sentence: string): Failure =>
  new Failure('ConfigurationError', `${sentence} See: gantry ${verb} --help`);

/** Parses the arguments after a verb. Throws a ConfigurationError that names the wrong argument and the existing options. */
export function parseVerbArguments(verb: string, own: ParseArgsOptionsConfig, argv: string[]): VerbArguments {
  const options = { ...commonOptions, ...own };
  const { values, positionals, tokens } = parseVerbOptions(verb, options, argv);
  const text = (name: string): string | undefined => {
    const value = values[name];
    if (value === '') throw verbUsageError(verb, `--${name} is empty.`);
    return typeof value === 'string' ? value : undefined;
  };
  return {
    verb,
    positionals,
    wordsBeforeDashes: countWordsBeforeDashes(tokens),
    stage: text('stage') ?? defaultStage,
    json: values.json === true,
    flag: (name) => values[name] === true,
    text,
    texts: (name) => [values[name] ?? []].flat().map(String),
    whole: (name, limits) => withVerbUsageError(verb, () => parseWholeNumber(name, text(name), limits)),
  };
}

/** `--` itself is a token of the kind `option-terminator`. */
function countWordsBeforeDashes(tokens: { kind: string }[]): number {
  const dashes = tokens.findIndex(({ kind }) => kind === 'option-terminator');
  return tokens.slice(0, dashes < 0 ? tokens.length : dashes).filter(({ kind }) => kind === 'positional').length;
}

const parseVerbOptions = (verb: string, options: ParseArgsOptionsConfig, args: string[]) => {
  const names = Object.keys(options).map((name) => `--${name}`);
  const parse = () => parseOptions({ args, options, allowPositionals: true, strict: true, tokens: true });
  return withVerbUsageError(verb, parse, `${verb} has ${names.join(', ')}.`);
};

/**
 * Turns a UsageError that `parse` throws into the error of this verb. `existing`: a sentence that lists the verb's options, for an option that does not exist.
 */
function withVerbUsageError<Parsed>(verb: string, parse: () => Parsed, existing?: string): Parsed {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const sentences = error instanceof UnknownOptionError && existing ? [error.message, existing] : [error.message];
    throw verbUsageError(verb, sentences.join(' '));
  }
}

/** Returns the verb's only positional argument. Throws if there is no positional argument, or more than one. */
export function requireOnePositional({ verb, positionals }: VerbArguments, what: string): string {
  const [first, ...more] = positionals;
  if (first === undefined) throw verbUsageError(verb, `${verb} needs ${what}.`);
  if (more.length > 0)
    throw verbUsageError(verb, `${verb} takes ${what} and nothing more; found also "${more.join(' ')}".`);
  return first;
}

/** Returns the target that the verb names, as gantry.config.ts describes it. */
export const readTargetArgument = (args: VerbArguments, config: Config): NamedTarget => {
  const name = requireOnePositional(args, 'the name of a target, such as test/web');
  return getTargetByName(config, name, args.stage);
};

/** Returns the name of the bucket in `--bucket`; undefined without the option. */
export function readBucketOption(args: VerbArguments): string | undefined {
  const bucket = args.text('bucket');
  if (bucket === undefined || bucketNamePattern.test(bucket)) return bucket;
  throw verbUsageError(args.verb, `--bucket is "${bucket}"; it must be the name of a bucket, such as my-deployments.`);
}

/** Returns the revision that an option names by its short name or its ARN; undefined without the option. */
export function readRevisionOption(args: VerbArguments, option: string): string | undefined {
  const revision = args.text(option);
  if (revision === undefined || /^(arn:aws[\w-]*:ecs:[\w-]+:\d{12}:task-definition\/)?[\w-]+:[1-9]\d*$/.test(revision))
    return revision;
  throw verbUsageError(args.verb, `--${option} is "${revision}"; it must be a family and a number, such as web:12.`);
}
