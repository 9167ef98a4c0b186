import type { ECSClient } from '@aws-sdk/client-ecs';
import type { NewestRevision } from '../core/model/superseder.ts';
import type { Deployment } from '../core/rollout/observation.ts';
import { findExecutionTag } from '../core/task-definition/tags.ts';
import { describeTaskDefinition } from './ecs-task-definitions.ts';
import { fallBackIfDenied } from './fall-back-if-denied.ts';

/** Returns the images of the newest deployment's revision, and who registered it when. Empty if Gantry is not allowed to read it. */
export const readNewestRevision = (
  client: ECSClient,
  { taskDefinition }: Pick<Deployment, 'taskDefinition'>,
): Promise<NewestRevision> => fallBackIfDenied(readRevision(client, taskDefinition), {});

async function readRevision(client: ECSClient, taskDefinition: string): Promise<NewestRevision> {
  const described = await describeTaskDefinition(client, taskDefinition);
  const definition = described?.taskDefinition;
  const registeredAt = definition?.registeredAt;
  return {
    newestImages: definition?.containerDefinitions.map(({ name, image }) => ({ name, image: String(image) })),
    newestRegisteredBy: findExecutionTag(described?.tags ?? []),
    // Seconds since 1970, as the API returns times.
    newestRegisteredAt: typeof registeredAt === 'number' ? new Date(registeredAt * 1000) : undefined,
  };
}
