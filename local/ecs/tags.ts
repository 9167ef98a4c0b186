import { z } from 'zod';
import type { Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { invalidParameter } from './errors.ts';
import type { Ecs } from './state.ts';
import { type Tag, tagSchema } from './task-definition-input.ts';

/** Returns the tags of a cluster, service or task definition; throws InvalidParameterException for anything else. */
function getTaggedResource(ecs: Ecs, arn: string): { tags: Tag[] } {
  const revision = arn.replace(/:\d+$/, '');
  const service = [...ecs.clusters.values()].find((cluster) =>
    arn.startsWith(`${cluster.arn.replace(':cluster/', ':service/')}/`),
  );
  const found =
    ecs.clusters.get(arn) ??
    service?.services.get(arn.split('/').at(-1) ?? '') ??
    ecs.families.get(revision)?.find((definition) => definition.arn === arn);
  if (found === undefined) throw invalidParameter('The specified resource was not found.');
  return found;
}

const tagResource = (ecs: Ecs): Operation =>
  defineOperation(
    z.strictObject({ resourceArn: z.string(), tags: z.array(tagSchema) }),
    async ({ resourceArn, tags }, call) => {
      await call.allow('ecs:TagResource', resourceArn);
      const tagged = getTaggedResource(ecs, resourceArn);
      const keys = new Set(tags.map(({ key }) => key));
      tagged.tags = [...tagged.tags.filter(({ key }) => !keys.has(key)), ...tags];
      return {};
    },
  );

const listTagsForResource = (ecs: Ecs): Operation =>
  defineOperation(z.strictObject({ resourceArn: z.string() }), async ({ resourceArn }, call) => {
    await call.allow('ecs:ListTagsForResource', resourceArn);
    return { tags: getTaggedResource(ecs, resourceArn).tags };
  });

/** TagResource and ListTagsForResource. */
export const tagOperations = (ecs: Ecs): Record<string, Operation> => ({
  TagResource: tagResource(ecs),
  ListTagsForResource: listTagsForResource(ecs),
});
