import {
  ClientException,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { Failure } from '../core/errors/failure.ts';
import { rethrowAsRequestFailure } from '../core/errors/invalid-request.ts';
import { parseJsonExactly } from '../core/parsing/exact-json.ts';
import { dropCopiedTags } from '../core/task-definition/copied-tags.ts';
import { parseTaskDefinition } from '../core/task-definition/file.ts';
import type { DescribedTaskDefinition, RawTaskDefinition, Tag } from '../core/task-definition/raw.ts';
import { captureAnswerText, overrideRequestBody } from './raw-json.ts';

/**
 * Takes a revision, or a family for its newest ACTIVE revision. Returns the revision exactly as ECS sent it, with its tags except copied tags of Gantry;
 * undefined if the revision does not exist.
 */
export async function describeTaskDefinition(
  client: ECSClient,
  taskDefinition: string,
): Promise<DescribedTaskDefinition | undefined> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] });
  const readAnswer = captureAnswerText(command);
  const found = await client.send(command).catch((error: unknown) => {
    // ECS's only answer if the revision or the family does not exist, or no longer exists.
    if (error instanceof ClientException && error.message.includes('Unable to describe task definition'))
      return undefined;
    throw error;
  });
  return (
    found &&
    dropCopiedTags(parseTaskDefinition(parseJsonExactly(readAnswer()), `ECS's description of ${taskDefinition}`))
  );
}

/** Describes a revision that the user's values determine: if ECS rejects these values, throws a ConfigurationError. */
export const describeRequestedTaskDefinition = (
  client: ECSClient,
  taskDefinition: string,
): Promise<DescribedTaskDefinition | undefined> =>
  describeTaskDefinition(client, taskDefinition).catch(
    rethrowAsRequestFailure(`describing the task definition ${taskDefinition}`),
  );

/** Registers a task definition exactly as given and returns the new revision's ARN. Not idempotent: the call has no client token. */
export async function registerTaskDefinition(
  client: ECSClient,
  definition: RawTaskDefinition,
  tags: Tag[],
): Promise<string> {
  const command = new RegisterTaskDefinitionCommand({ family: definition.family, containerDefinitions: [] });
  // ECS refuses an empty list of tags.
  const body = JSON.stringify(tags.length === 0 ? definition : { ...definition, tags });
  overrideRequestBody(command, body);
  const answer = await client.send(command);
  const arn = answer.taskDefinition?.taskDefinitionArn;
  if (arn === undefined)
    throw new Failure('SystemUnavailable', `ECS registered ${definition.family}, but did not say as which revision.`);
  return arn;
}
