import * as z from 'zod';
import type { Config } from '../config/check.ts';
import { getTargetByName, listTargets, memoizeByStage } from '../config/targets.ts';
import { Failure } from '../errors/failure.ts';
import type { Target } from '../model/release.ts';
import { findTargetArnErrors, replaceArnsWithNames } from './ecs-arn.ts';
import { requestFieldSchemas } from './fields.ts';

const isSameCluster = (a: Target, b: Target): boolean =>
  a.roleArn === b.roleArn && a.region === b.region && a.cluster === b.cluster;

const isSameService = (a: Target, b: Target): boolean => isSameCluster(a, b) && a.service === b.service;

const createUnknownClusterFailure = ({ roleArn: role, cluster, region }: Target, configured: Target[]): Failure => {
  const own = configured.filter(({ roleArn }) => roleArn === role).map((one) => `${one.cluster} in ${one.region}`);
  return new Failure(
    'ConfigurationError',
    `The cluster ${cluster} in ${region} is not one that ${role} may be used for; gantry.config.ts names ${[...new Set(own)].join(', ')}. Correct the cluster or the Region, or add a target.`,
  );
};

/** Adds to a target that an input writes out its configured name, if any, and its role's external id. Throws a ConfigurationError if no configured cluster has this role and Region. */
export function completeTarget(target: Target, configured: Target[]): Target {
  const same = configured.find((other) => isSameService(other, target));
  if (!configured.some((other) => isSameCluster(other, target))) throw createUnknownClusterFailure(target, configured);
  const role = configured.find(({ roleArn }) => roleArn === target.roleArn);
  return { ...target, name: same?.name, externalId: target.externalId ?? role?.externalId };
}

const describeTargetChoices = memoizeByStage((config, stage) => {
  const names = listTargets(config, stage).map(({ name }) => name);
  return `must be one of ${names.join(', ')}, or {"roleArn", "region", "cluster", "service"}`;
});

const namedTargetSchema = memoizeByStage((config, stage): z.ZodType<Target> => {
  const names = new Set(listTargets(config, stage).map(({ name }) => name));
  return z
    .string()
    .refine((name) => names.has(name), describeTargetChoices(config, stage))
    .transform((name) => getTargetByName(config, name, stage));
});

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
    .transform((target) => completeTarget(replaceArnsWithNames(target), listTargets(config, stage)));
});

/** The schema of the target of a manual input, by name or written out: the input's form decides which errors apply. */
export function chooseTargetSchema(input: unknown, config: Config, stage: string): z.ZodType<Target> {
  const isNamed = typeof z.object({ target: z.unknown() }).safeParse(input).data?.target === 'string';
  return isNamed ? namedTargetSchema(config, stage) : explicitTargetSchema(config, stage);
}
