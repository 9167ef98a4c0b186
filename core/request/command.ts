import * as z from 'zod';
import type { Config } from '../config/check.ts';
import { checkManualStartAllowed } from '../config/check-entry.ts';
import { commandSchema, containerNameSchema } from '../config/command-schema.ts';
import { memoizeByStage } from '../config/targets.ts';
import type { Target } from '../model/release.ts';
import { parseWithSchema } from '../parsing/validation.ts';
import { unwrapInput } from '../parsing/wrapped-input.ts';
import { mustBeObjectMessage, requestFieldSchemas } from './fields.ts';
import { parseTargetField } from './target.ts';
import { tryParse } from './try-parse.ts';

/** A command that a person runs on the revision that a service runs. */
export interface CommandRequest {
  target: Target;
  /** The container that runs the command. Its exit code decides whether the command succeeded. */
  container: string;
  command: string[];
  timeoutMinutes: number;
  by?: string | undefined;
  reason?: string | undefined;
}

/** How long a command can run, in minutes, unless the request says something else. */
export const defaultCommandMinutes = 60;

const commandFields = memoizeByStage((config, stage) => {
  const { minutes, by, reason } = requestFieldSchemas(config, stage);
  return {
    container: containerNameSchema,
    command: commandSchema,
    timeoutMinutes: minutes.default(defaultCommandMinutes),
    by,
    reason,
    /** Step Functions adds this field if another state machine started the execution. */
    AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.string().optional(),
  };
});

/**
 * Parses the input of an execution of `run`. Throws a ConfigurationError with every validation error and a correct input as an example, or if the target
 * allows no commands.
 */
export function parseCommandRequest(given: unknown, config: Config, stage: string): CommandRequest {
  const { input, schema, example } = parseTargetField(unwrapInput(given), config, stage);
  const hint = `A correct input: {${example}, "container": "app", "command": ["bin/rake", "db:seed"]}.`;
  const fields = z.strictObject({ target: schema, ...commandFields(config, stage) }, mustBeObjectMessage);
  const { target, container, command, timeoutMinutes, by, reason } = parseWithSchema(fields, input, {
    what: 'The input',
    hint,
  });
  const denied = checkManualStartAllowed('run', config, target.name);
  if (denied !== undefined) throw denied;
  return { target, container, command, timeoutMinutes, by, reason };
}

/** Returns the parsed request of an execution of `run`. */
export const tryParseCommandRequest = (input: unknown, config: Config, stage: string): CommandRequest | undefined =>
  tryParse(() => parseCommandRequest(input, config, stage));
