import type * as z from 'zod';
import { Failure } from '../errors/failure.ts';
import { nameOf } from '../parsing/validation.ts';
import { conflicts } from './conflicts.ts';
import { type Config, type ConfigInput, type ServiceConfig, schema, type TargetConfig } from './schema.ts';

export type { Config, ConfigInput, ServiceConfig, TargetConfig };

/** The configuration, checked and with its defaults. Throws a ConfigurationError that lists every mistake. */
export const defineConfig = (input: ConfigInput): Config => checkedConfig(input, 'gantry.config.ts');

/** The same of whatever a file exports. `file`: what the list of mistakes is headed with. */
export function checkedConfig(input: unknown, file: string): Config {
  const mistakes = checkConfig(input);
  if (mistakes.length > 0) throw refusal(file, mistakes);
  return schema.parse(input);
}

/** Every mistake in a configuration, each naming its field, what was found and what is needed; empty when there is none. */
export function checkConfig(input: unknown): string[] {
  const issues = schema.safeParse(input).error?.issues ?? [];
  return [...issues.map((issue) => sentence(issue, input)), ...conflicts(input)];
}

/** The same configuration. Throws a ConfigurationError where it still holds the example's accounts or connection. */
export function deployable(config: Config): Config {
  const accounts = [
    ['build.account', config.build.account],
    ...config.targets.map((target, index) => [`targets[${index}].account`, target.account]),
  ];
  const placeholders = accounts
    .filter(([, account = '']) => /^(\d)\1{11}$/.test(account) || account === '123456789012')
    .map(([field, account]) => `${field} is the example's "${account}": put your own account's id.`);
  if (config.source.type === 'connection' && /\/0{8}-/.test(config.source.connection))
    placeholders.push("source.connection is the example's: put the ARN of your own connection.");
  if (placeholders.length > 0) throw refusal('gantry.config.ts cannot be deployed yet', placeholders);
  return config;
}

const refusal = (what: string, mistakes: string[]): Failure =>
  new Failure('ConfigurationError', `${what}:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`);

function sentence(issue: z.core.$ZodIssue, input: unknown): string {
  const field = nameOf(issue.path);
  if (issue.code === 'unrecognized_keys')
    return `${field === '' ? 'The configuration' : field} has no field ${issue.keys.map((key) => `"${key}"`).join(', ')}: remove it.`;
  const found = issue.path.reduce<unknown>((value, key) => Object(value)[key], input);
  return `${field === '' ? 'The configuration' : field} ${issue.message}; ${found === undefined ? 'it is missing' : `found ${JSON.stringify(found)}`}.`;
}
