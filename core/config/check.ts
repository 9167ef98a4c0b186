import type * as z from 'zod';
import { Failure } from '../errors/failure.ts';
import { formatPropertyPath } from '../parsing/validation.ts';
import { findConfigConflicts } from './conflicts.ts';
import { findMovedFields, isMovedField } from './moved-fields.ts';
import {
  type Config,
  type ConfigInput,
  configSchema,
  type PipelineConfig,
  type ServiceConfig,
  type TargetConfig,
} from './schema.ts';

export type { Config, ConfigInput, PipelineConfig, ServiceConfig, TargetConfig };

/** Returns the validated configuration with its defaults. Throws a ConfigurationError that lists every validation error. */
export const validateConfig = (input: ConfigInput): Config => parseConfig(input, 'gantry.config.ts');

/** Validates any value that a file exports in the same way. `file` is the heading of the list of errors. */
export function parseConfig(input: unknown, file: string): Config {
  const mistakes = findConfigErrors(input);
  if (mistakes.length > 0) throw createConfigFailure(file, mistakes);
  return configSchema.parse(input);
}

/** Returns every validation error of a configuration, with the field, the value found and the value expected. */
export function findConfigErrors(input: unknown): string[] {
  const issues = configSchema.safeParse(input).error?.issues ?? [];
  return [
    ...findMovedFields(input),
    ...issues.flatMap((issue) => formatConfigIssue(issue, input)),
    ...findConfigConflicts(input),
  ];
}

/** Returns the configuration. Throws a ConfigurationError if it still contains the example's accounts or connection. */
export function assertNoPlaceholders(config: Config): Config {
  const accounts = [
    ['build.account', config.build.account],
    ...config.targets.map((target, index) => [`targets[${index}].account`, target.account]),
  ];
  const placeholders = accounts
    .filter(([, account = '']) => /^(\d)\1{11}$/.test(account) || account === '123456789012')
    .map(([field, account]) => `${field} is the example's "${account}": enter the id of your own account.`);
  for (const [index, { source }] of config.pipelines.entries())
    if (source.type === 'connection' && /\/0{8}-/.test(source.connection))
      placeholders.push(
        `pipelines[${index}].source.connection is the example's: enter the ARN of your own connection.`,
      );
  if (placeholders.length > 0) throw createConfigFailure('gantry.config.ts cannot be deployed yet', placeholders);
  return config;
}

const createConfigFailure = (what: string, mistakes: string[]): Failure =>
  new Failure('ConfigurationError', `${what}:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`);

function formatConfigIssue(issue: z.core.$ZodIssue, input: unknown): string[] {
  const field = formatPropertyPath(issue.path);
  if (issue.code === 'unrecognized_keys') return formatUnknownFields(field, issue.keys);
  const found = issue.path.reduce<unknown>((value, key) => Object(value)[key], input);
  return [
    `${field === '' ? 'The configuration' : field} ${issue.message}; ${found === undefined ? 'it is missing' : `found ${JSON.stringify(found) ?? `a ${typeof found}`}`}.`,
  ];
}

function formatUnknownFields(field: string, keys: string[]): string[] {
  const unknown = keys.filter((key) => field !== '' || !isMovedField(key)).map((key) => `"${key}"`);
  if (unknown.length === 0) return [];
  return [`${field === '' ? 'The configuration' : field} has no field ${unknown.join(', ')}: remove it.`];
}
