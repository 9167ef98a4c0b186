import { invalidParameter } from './errors.ts';
import type { RunTaskInput } from './run-task-input.ts';
import type { EcsTaskDefinition } from './task-definition.ts';

/** "A total of 8192 characters are allowed for overrides", including the JSON formatting (botocore ecs RunTaskRequest.overrides). */
const maxOverrideCharacters = 8192;

/** Throws InvalidParameterException if RunTask contradicts itself or the task definition (botocore ecs RunTaskRequest). */
export function checkRunTask(input: RunTaskInput, definition: EcsTaskDefinition): void {
  const { launchType, capacityProviderStrategy, propagateTags, networkConfiguration, overrides = {} } = input;
  if (launchType !== undefined && capacityProviderStrategy !== undefined)
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  if (propagateTags === 'SERVICE')
    throw invalidParameter('The SERVICE value of propagateTags is not supported by RunTask.');
  if (definition.body.networkMode === 'awsvpc' && !networkConfiguration?.awsvpcConfiguration)
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  if (JSON.stringify(overrides).length > maxOverrideCharacters)
    throw invalidParameter(`Container Overrides length must be at most ${maxOverrideCharacters}`);
  for (const { name } of overrides.containerOverrides ?? [])
    if (!definition.containers.some((container) => container.name === name))
      throw invalidParameter(`Override for container named ${name} is not a container in the TaskDefinition.`);
}
