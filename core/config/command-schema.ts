import * as z from 'zod';

/* The fields of a command, in the configuration and in requests. */

const commandMessage = 'must be a list of texts, such as ["bin/rake", "db:migrate"]';

/** RunTask accepts 8,192 characters of overrides (botocore ecs `RunTaskRequest.overrides`). The rest is for the names of their fields. */
const maxCommandLength = 7500;

/** The command of a container. */
export const commandSchema = z
  .array(z.string(commandMessage), commandMessage)
  .min(1, commandMessage)
  .refine(
    (command) => JSON.stringify(command).length <= maxCommandLength,
    `must have at most ${maxCommandLength} characters as JSON, because ECS accepts no more`,
  );

const containerMessage = 'must be the name of a container, 1-255 letters, digits, hyphens or underscores';

/** The name of a container (botocore ecs `ContainerDefinition.name`). */
export const containerNameSchema = z.string(containerMessage).regex(/^[A-Za-z0-9_-]{1,255}$/, containerMessage);
