import type * as z from 'zod';
import { conflicts } from './config-conflicts.ts';
import { type Config, type ConfigInput, type ServiceConfig, schema, type TargetConfig } from './config-schema.ts';
import type { Target } from './deployment.ts';
import { Failure } from './failure.ts';
import { defaultStage, deploymentRoleName, onStage } from './names.ts';
import { nameOf } from './parse.ts';

export type { Config, ConfigInput, ServiceConfig, TargetConfig };

/** The configuration, checked and with its defaults. Throws a ConfigurationError that lists every mistake. */
export function defineConfig(input: ConfigInput): Config {
  const mistakes = checkConfig(input);
  if (mistakes.length > 0) throw refusal('gantry.config.ts', mistakes);
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

/** All targets of a stage, in the order of the configuration. */
export const targetsOf = (config: Config, stage: string = defaultStage): Target[] =>
  onStage(config, stage).targets.flatMap((target) =>
    target.services.map((service) => toTarget(target, service, stage)),
  );

/** The target that `test/web` names. Throws a ConfigurationError with the names that exist. */
export function targetOf(config: Config, name: string, stage: string = defaultStage): Target {
  const all = targetsOf(config, stage);
  const found = all.find((target) => target.name === name);
  if (found !== undefined) return found;
  const names = all.map((target) => target.name).join(', ');
  throw new Failure('ConfigurationError', `No target is named "${name}" in gantry.config.ts; there are: ${names}.`);
}

/** Whether a target's events come to the build account: then a rollout there is waited for, not polled. Nobody forwards those of a target that is not configured. */
export const isForwarded = (config: Config, { name }: Target): boolean =>
  config.targets.some(
    (target) => target.events === 'forwarded' && target.services.some((one) => name === `${target.name}/${one.name}`),
  );

/** The ARN of the role that Gantry deploys to a target with. */
export const roleArnOf = (target: TargetConfig, stage: string = defaultStage): string =>
  `arn:aws:iam::${target.account}:role/${deploymentRoleName(target, stage)}`;

const toTarget = (target: TargetConfig, service: ServiceConfig, stage: string): Target => ({
  name: `${target.name}/${service.name}`,
  roleArn: roleArnOf(target, stage),
  ...(target.externalId === undefined ? {} : { externalId: target.externalId }),
  region: target.region,
  cluster: target.cluster,
  service: service.name,
});

const refusal = (what: string, mistakes: string[]): Failure =>
  new Failure('ConfigurationError', `${what}:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`);

function sentence(issue: z.core.$ZodIssue, input: unknown): string {
  const field = nameOf(issue.path);
  if (issue.code === 'unrecognized_keys')
    return `${field === '' ? 'The configuration' : field} has no field ${issue.keys.map((key) => `"${key}"`).join(', ')}: remove it.`;
  const found = issue.path.reduce<unknown>((value, key) => Object(value)[key], input);
  return `${field === '' ? 'The configuration' : field} ${issue.message}; ${found === undefined ? 'it is missing' : `found ${JSON.stringify(found)}`}.`;
}
