import { checkManualStartAllowed } from '../core/config/check-entry.ts';
import { getTargetByName } from '../core/config/targets.ts';
import { parseCommandRequest } from '../core/request/command.ts';
import { type VerbArguments, verbUsageError } from './arguments.ts';
import type { CliContext } from './context.ts';
import { readRequester, startAndFollow, startOptions } from './start.ts';
import type { Verb } from './verb.ts';

/** The limits of a command in minutes (core/request/fields.ts). */
const minuteLimits = { least: 1, most: 1440 };

export const run: Verb = {
  options: { container: { type: 'string' }, 'timeout-minutes': { type: 'string' }, ...startOptions },
  async run(args, context) {
    const name = readTargetName(args);
    const command = args.positionals.slice(1);
    const fields = readCommand(command, args, name, context);
    warnAboutHistory(args, context);
    return startAndFollow({ kind: 'run', name, fields }, args, context);
  },
};

/** Only the target precedes `--`. Without `--`, the command follows the target directly: a package manager can remove `--`. */
function readTargetName({ positionals, wordsBeforeDashes }: VerbArguments): string {
  const [name, ...more] = positionals.slice(0, wordsBeforeDashes);
  if (name === undefined) throw verbUsageError('run', 'run needs the name of a target, such as test/web.');
  if (more.length > 0 && wordsBeforeDashes < positionals.length)
    throw verbUsageError('run', `run takes one target before --; found also "${more.join(' ')}".`);
  return name;
}

/** Builds the input of the execution, without target, requester and reason. The state machine would find the same errors, but later. */
function readCommand(command: string[], args: VerbArguments, name: string, { config }: CliContext) {
  getTargetByName(config, name, args.stage);
  const denied = checkManualStartAllowed('run', config, name);
  if (denied !== undefined) throw denied;
  const container = args.text('container');
  if (container === undefined)
    throw verbUsageError('run', 'run needs --container, the container that gets the command.');
  if (command.length === 0)
    throw verbUsageError(
      'run',
      `run needs a command after --, such as: gantry run ${name} --container ${container} -- bin/rake db:seed.`,
    );
  const timeoutMinutes = args.whole('timeout-minutes', minuteLimits);
  const fields = { container, command, ...(timeoutMinutes !== undefined && { timeoutMinutes }) };
  parseCommandRequest({ target: name, ...fields, ...readRequester(args) }, config, args.stage);
  return fields;
}

/** Printed before the start, so that the user can still prevent the start with Ctrl-C. */
function warnAboutHistory({ json }: VerbArguments, { now, out, err }: CliContext): void {
  const message =
    'The command and its arguments stay in the history of the execution for 90 days: they must contain no secret.';
  if (json) out(`${JSON.stringify({ at: now().toISOString(), type: 'warning', message })}\n`);
  else err(`Warning: ${message}\n`);
}
