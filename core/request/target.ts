import * as z from 'zod';
import type { Config } from '../config/check.ts';
import {
  createExampleTargetName,
  findConfiguredService,
  findTargetOfRole,
  getTargetByName,
  listPatternTargets,
  listTargetNames,
  listTargets,
  memoizeByStage,
} from '../config/targets.ts';
import { Failure } from '../errors/failure.ts';
import type { Target } from '../model/release.ts';
import { createMatchingName } from '../parsing/pattern.ts';
import { findTargetArnErrors, replaceArnsWithNames } from './ecs-arn.ts';
import { requestFieldSchemas } from './fields.ts';

const isSameCluster = (a: Target, b: Target): boolean =>
  a.roleArn === b.roleArn && a.region === b.region && a.cluster === b.cluster;

/** Says which cluster or service is wrong, and which clusters and services the configuration allows for this role. */
function createUnknownServiceFailure(target: Target, allowed: Target[]): Failure {
  const { roleArn: role, cluster, region, service } = target;
  const own = allowed.filter(({ roleArn }) => roleArn === role);
  const here = own.filter((one) => isSameCluster(one, target)).map((one) => one.service);
  const clusters = new Set(own.map((one) => `${one.cluster} in ${one.region}`));
  return new Failure(
    'ConfigurationError',
    here.length === 0
      ? `The cluster ${cluster} in ${region} is not one that ${role} may be used for; gantry.config.ts names ${[...clusters].join(', ')}. Correct the cluster or the Region, or add a target.`
      : `The service ${service} of the cluster ${cluster} is not one that gantry.config.ts allows; it allows ${formatChoices(here)}. Correct the service, or add it to services or match of the target.`,
  );
}

/** The maximum number of names that a message lists. */
const maxNamesShown = 20;

const formatChoices = (names: string[]): string =>
  names.length <= maxNamesShown
    ? names.join(', ')
    : `${names.slice(0, maxNamesShown).join(', ')} and ${names.length - maxNamesShown} more`;

/**
 * Adds to a target that an input writes out its configured name and its role's external id. Throws a ConfigurationError if the configuration does
 * not allow this service with this role.
 */
export function completeTarget(target: Target, config: Config, stage: string): Target {
  const found = findTargetOfRole(config, stage, target);
  if (found === undefined)
    throw createUnknownServiceFailure(target, [...listPatternTargets(config, stage), ...listTargets(config, stage)]);
  return { ...target, name: found.name, externalId: target.externalId ?? found.externalId };
}

const describeTargetChoices = memoizeByStage((config, stage) => {
  return `must be one of ${formatChoices(listTargetNames(config, stage))}, or {"roleArn", "region", "cluster", "service"}`;
});

const listServiceNames = (target: string, config: Config, stage: string): string[] =>
  listTargetNames(config, stage).flatMap((name) =>
    name.startsWith(`${target}/`) ? name.slice(target.length + 1) : [],
  );

const describeServiceChoices = (target: string, config: Config, stage: string): string =>
  `must name a service of the target ${target}: ${formatChoices(listServiceNames(target, config, stage))}`;

const namedTargetSchema = (choices: string, config: Config, stage: string): z.ZodType<Target> =>
  z
    .string()
    .refine((name) => findConfiguredService(config, name, stage) !== undefined, choices)
    .transform((name) => getTargetByName(config, name, stage));

const explicitTargetSchema = memoizeByStage((config, stage): z.ZodType<Target> => {
  const { roleArn, region, cluster, service, externalId } = requestFieldSchemas(config, stage);
  return z
    .strictObject(
      { roleArn, region, cluster, service, externalId: externalId.optional() },
      describeTargetChoices(config, stage),
    )
    .superRefine((target, context) => {
      for (const [field, message] of Object.entries(findTargetArnErrors(target)))
        if (message !== undefined) context.addIssue({ code: 'custom', path: [field], message });
    })
    .transform((target) => completeTarget(replaceArnsWithNames(target), config, stage));
});

/** The part of a manual input that names its service. */
interface TargetField {
  /** The input, in which `target` identifies the service. */
  input: unknown;
  schema: z.ZodType<Target>;
  /** The beginning of a correct input, as JSON. */
  example: string;
}

const entryInputSchema = z.looseObject({ target: z.string(), service: z.string() });

/**
 * Returns the part of a manual input that names its service. `target` is a name such as `test/web` or a set of fields, and this form decides which errors
 * are reported. An entry machine sets `target` to the name of its target, and the input names a `service` of it.
 */
export function parseTargetField(input: unknown, config: Config, stage: string): TargetField {
  const { data: entry } = entryInputSchema.safeParse(input);
  if (entry !== undefined) {
    const { target, service, ...rest } = entry;
    const schema = namedTargetSchema(describeServiceChoices(target, config, stage), config, stage);
    const [name = 'web'] = listServiceNames(target, config, stage);
    const example = `"service": "${createMatchingName(name)}"`;
    return { input: { ...rest, target: `${target}/${service}` }, schema, example };
  }
  const isNamed = typeof z.object({ target: z.unknown() }).safeParse(input).data?.target === 'string';
  const choices = describeTargetChoices(config, stage);
  const schema = isNamed ? namedTargetSchema(choices, config, stage) : explicitTargetSchema(config, stage);
  return { input, schema, example: `"target": "${createExampleTargetName(config, stage)}"` };
}
