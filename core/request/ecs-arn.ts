import * as z from 'zod';
import type { Target } from '../model/release.ts';
import { parseResourceName } from '../parsing/arn.ts';

/** The resources that ECS names by ARN, and how a request can write them (ECS developer guide, "Amazon ECS resource names and ARNs"). */
type EcsResource = 'cluster' | 'service' | 'task-definition';

/** The account and Region that a request deploys to. */
type ArnScope = Pick<Target, 'roleArn' | 'region'>;

const ecsArnPattern = /^arn:aws[\w-]*:ecs:[\w-]+:\d{12}:/;
const resourcePatterns: Record<EcsResource, RegExp> = {
  cluster: /^cluster\/[\w-]{1,255}$/,
  // The short form of a service's ARN, without the cluster. Services created before 2021 can have it.
  service: /^service\/(?:[\w-]{1,255}\/)?[\w-]{1,255}$/,
  'task-definition': /^task-definition\/[\w-]{1,255}:[1-9]\d*$/,
};

const namePatterns: Record<EcsResource, RegExp> = {
  cluster: /^[\w-]{1,255}$/,
  service: /^[\w-]{1,255}$/,
  'task-definition': /^[\w-]{1,255}:[1-9]\d*$/,
};

const isNameOrArn = (kind: EcsResource, text: string): boolean =>
  namePatterns[kind].test(text) ||
  (ecsArnPattern.test(text) && resourcePatterns[kind].test(text.replace(ecsArnPattern, '')));

/** Accepts a name or an ARN by its form only; `findArnError` checks the ARN's account and Region. */
export const createNameOrArnSchema = (kind: EcsResource, must: string) =>
  z.string(must).refine((text) => isNameOrArn(kind, text), must);

const formatArnPrefix = ({ roleArn, region }: ArnScope): string => {
  const [, partition, , , account] = roleArn.split(':');
  return `arn:${partition}:ecs:${region}:${account}:`;
};

/**
 * If an ARN is not in the target's account and Region, explains what it must be, as the rest of a sentence. Undefined for a correct ARN and for a plain
 * name.
 */
function findArnError(kind: EcsResource, text: string, scope: ArnScope): string | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const prefix = `${formatArnPrefix(scope)}${kind}/`;
  return !text.startsWith(prefix)
    ? `must be of the target's own account and Region: a name, or an ARN that begins with ${prefix}`
    : undefined;
}

const scopeSchema = z.object({ roleArn: z.string(), region: z.string() });

/** Checks the ARN of the revision of a manual start in the same way. If the target itself is not valid, the target's own error reports it. */
export function findRevisionArnError(revision: string | undefined, target: unknown): string | undefined {
  const { data: scope } = scopeSchema.safeParse(target);
  return revision === undefined || scope === undefined ? undefined : findArnError('task-definition', revision, scope);
}

/** Checks the ARN of a service in the same way; the long ARN also names the cluster. */
function findServiceArnError(text: string, cluster: string, scope: ArnScope): string | undefined {
  const [, named, service] = text.startsWith('arn:') ? text.split('/') : [];
  const error = findArnError('service', text, scope);
  if (error !== undefined || service === undefined || named === cluster) return error;
  return `must be of the cluster ${cluster}: a name, or an ARN that begins with ${formatArnPrefix(scope)}service/${cluster}/`;
}

/** The errors in the ARNs of a target as the input gives it, by field. */
export const findTargetArnErrors = (
  target: Target,
): { cluster?: string | undefined; service?: string | undefined } => ({
  cluster: findArnError('cluster', target.cluster, target),
  service: findServiceArnError(target.service, parseResourceName(target.cluster), target),
});

/** Returns the target with names in place of ARNs. */
export const replaceArnsWithNames = (target: Target): Target => ({
  ...target,
  cluster: parseResourceName(target.cluster),
  service: parseResourceName(target.service),
});
