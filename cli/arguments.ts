import type { ParseArgsOptionsConfig } from 'node:util';
import type { Config } from '../core/config/check.ts';
import { defaultStage } from '../core/config/resource-names.ts';
import { targetOf } from '../core/config/targets.ts';
import { Failure } from '../core/errors/failure.ts';
import type { Target } from '../core/model/release.ts';
import { Misuse, parseOptions, whole } from './command.ts';

/** What stands behind a verb on the command line, each option by its name. */
export interface Arguments {
  verb: string;
  positionals: string[];
  stage: string;
  json: boolean;
  flag(name: string): boolean;
  text(name: string): string | undefined;
  texts(name: string): string[];
  /** A whole number; throws where it is none, or outside `least` and `most`. */
  whole(name: string, limits: { least: number; most: number }): number | undefined;
}

/** Options that every verb has. */
export const common: ParseArgsOptionsConfig = {
  stage: { type: 'string', default: defaultStage },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};

/** A mistake on the command line: what is wrong, and where to read what is right. */
export const misuse = (verb: string, sentence: string): Failure =>
  new Failure('ConfigurationError', `${sentence} See: gantry ${verb} --help`);

/** Reads what stands behind a verb. Throws a ConfigurationError that names what was found and what there is. */
export function argumentsOf(verb: string, own: ParseArgsOptionsConfig, argv: string[]): Arguments {
  const options = { ...common, ...own };
  const { values, positionals } = parsed(verb, options, argv);
  const text = (name: string): string | undefined => {
    const value = values[name];
    if (value === '') throw misuse(verb, `--${name} is empty.`);
    return typeof value === 'string' ? value : undefined;
  };
  return {
    verb,
    positionals,
    stage: text('stage') ?? defaultStage,
    json: values.json === true,
    flag: (name) => values[name] === true,
    text,
    texts: (name) => [values[name] ?? []].flat().map(String),
    whole: (name, limits) => orMisuse(verb, () => whole(name, text(name), limits)),
  };
}

const parsed = (verb: string, options: ParseArgsOptionsConfig, args: string[]) => {
  const names = Object.keys(options).map((name) => `--${name}`);
  const parse = () => parseOptions({ args, options, allowPositionals: true, strict: true });
  return orMisuse(verb, parse, ` ${verb} has ${names.join(', ')}.`);
};

/** What is wrong with the call, as this verb says it. */
function orMisuse<Found>(verb: string, find: () => Found, more = ''): Found {
  try {
    return find();
  } catch (error) {
    throw error instanceof Misuse ? misuse(verb, `${error.message}${more}`) : error;
  }
}

/** The one thing that the verb is about. Throws where there is none, or more than one. */
export function subject({ verb, positionals }: Arguments, what: string): string {
  const [first, ...more] = positionals;
  if (first === undefined) throw misuse(verb, `${verb} needs ${what}.`);
  if (more.length > 0) throw misuse(verb, `${verb} takes ${what} and nothing more; found also "${more.join(' ')}".`);
  return first;
}

/** The target that the verb is about; its name and all that the configuration knows of it. */
export const targetIn = (args: Arguments, config: Config): Target & { name: string } => {
  const name = subject(args, 'the name of a target, such as test/web');
  return { ...targetOf(config, name, args.stage), name };
};

/** A revision that an option names, by its short name or its ARN. */
export function revisionIn(args: Arguments, option: string): string | undefined {
  const revision = args.text(option);
  if (revision === undefined || /^(arn:aws[\w-]*:ecs:[\w-]+:\d{12}:task-definition\/)?[\w-]+:[1-9]\d*$/.test(revision))
    return revision;
  throw misuse(args.verb, `--${option} is "${revision}"; it must be a family and a number, such as web:12.`);
}
