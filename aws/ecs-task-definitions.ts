import {
  ClientException,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { Failure } from '../core/errors/failure.ts';
import { rethrowAsRequestFailure } from '../core/errors/invalid-request.ts';
import { parseJsonExactly } from '../core/parsing/exact-json.ts';
import { parseTaskDefinition } from '../core/task-definition/file.ts';
import type { DescribedTaskDefinition, RawTaskDefinition, Tag } from '../core/task-definition/raw.ts';

/*
 * The SDK drops every field of a task definition that it does not know, when it reads and when it writes (client-ecs 3.1164, measured).
 * So these two calls use the SDK's signing and retries, but Gantry parses and writes the JSON itself.
 */

const readBody = async (body: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** Takes a revision, or a family for its newest ACTIVE revision. Returns it exactly as ECS sent it, with its tags; undefined if there is none. */
export async function describeTaskDefinition(
  client: ECSClient,
  taskDefinition: string,
): Promise<DescribedTaskDefinition | undefined> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] });
  let text = '';
  command.middlewareStack.add(
    (next) => async (request) => {
      const answer = await next(request);
      const response = answer.response as { body: AsyncIterable<Uint8Array> | Uint8Array };
      const body = await readBody(response.body as AsyncIterable<Uint8Array>);
      text = body.toString();
      response.body = body;
      return answer;
    },
    // Low priority: runs closest to the HTTP request, before the SDK reads the body.
    { step: 'deserialize', name: 'keepAnswer', priority: 'low' },
  );
  const found = await client.send(command).catch((error: unknown) => {
    // ECS's only answer if the revision or the family does not exist, or no longer exists.
    if (error instanceof ClientException && error.message.includes('Unable to describe task definition'))
      return undefined;
    throw error;
  });
  return found && parseTaskDefinition(parseJsonExactly(text), `ECS's description of ${taskDefinition}`);
}

/** The same, for a revision that the user's values determine: if ECS rejects these, throws a ConfigurationError. */
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
  command.middlewareStack.add(
    (next) => (args) => {
      (args.request as { body: string }).body = body;
      return next(args);
    },
    // High priority: runs before the SDK computes the body's length and signs the request.
    { step: 'build', name: 'sendGiven', priority: 'high' },
  );
  const answer = await client.send(command);
  const arn = answer.taskDefinition?.taskDefinitionArn;
  if (arn === undefined)
    throw new Failure('SystemUnavailable', `ECS registered ${definition.family}, but did not say as which revision.`);
  return arn;
}
