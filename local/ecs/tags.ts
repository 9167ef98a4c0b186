import { z } from 'zod';
import { type Operation, operation } from '../service.ts';
import { invalid } from './errors.ts';
import type { Ecs } from './state.ts';
import { type Tag, tagInput } from './task-definition-input.ts';

/** The tags of a cluster, service or task definition; throws InvalidParameterException for anything else. */
function taggedAt(ecs: Ecs, arn: string): { tags: Tag[] } {
  const revision = arn.replace(/:\d+$/, '');
  const service = [...ecs.clusters.values()].find((cluster) =>
    arn.startsWith(`${cluster.arn.replace(':cluster/', ':service/')}/`),
  );
  const found =
    ecs.clusters.get(arn) ??
    service?.services.get(arn.split('/').at(-1) ?? '') ??
    ecs.families.get(revision)?.find((definition) => definition.arn === arn);
  if (found === undefined) throw invalid('The specified resource was not found.');
  return found;
}

const tag = (ecs: Ecs): Operation =>
  operation(
    z.strictObject({ resourceArn: z.string(), tags: z.array(tagInput) }),
    async ({ resourceArn, tags }, call) => {
      await call.allow('ecs:TagResource', resourceArn);
      const tagged = taggedAt(ecs, resourceArn);
      const keys = new Set(tags.map(({ key }) => key));
      tagged.tags = [...tagged.tags.filter(({ key }) => !keys.has(key)), ...tags];
      return {};
    },
  );

const list = (ecs: Ecs): Operation =>
  operation(z.strictObject({ resourceArn: z.string() }), async ({ resourceArn }, call) => {
    await call.allow('ecs:ListTagsForResource', resourceArn);
    return { tags: taggedAt(ecs, resourceArn).tags };
  });

/** TagResource and ListTagsForResource. */
export const tagOperations = (ecs: Ecs): Record<string, Operation> => ({
  TagResource: tag(ecs),
  ListTagsForResource: list(ecs),
});
