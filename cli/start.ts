import { startExecutionUnlessExists } from '../aws/sfn.ts';
import { readCallerArn } from '../aws/sts.ts';
import { buildExecutionArn } from '../core/config/resource-names.ts';
import type { VerbArguments } from './arguments.ts';
import { type CliContext, type ExitCode, exitCodes } from './context.ts';
import { createEventPrinter } from './event-printer.ts';
import { followExecution } from './follow.ts';

/** Options of every verb that starts an execution. */
export const startOptions = {
  reason: { type: 'string' },
  by: { type: 'string' },
  'no-watch': { type: 'boolean', default: false },
} as const;

export const startHelp = `  --reason TEXT  the reason; stored in the ledger
  --by NAME      the requester (default: the identity of your credentials)
  --no-watch     start it and exit`;

/** The state machine to start, and its input. */
export interface StartRequest {
  machine: string;
  input: Record<string, unknown>;
}

/** The requester and the reason, if the command line has them. */
export function readRequester(args: VerbArguments): { by?: string; reason?: string } {
  const [by, reason] = [args.text('by'), args.text('reason')];
  return { ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) };
}

/** The requester and the reason. Without `--by` the requester is the identity of the credentials, cut to the maximum length of `by` (core/request/fields.ts). */
export async function identifyRequester(
  args: VerbArguments,
  { config }: CliContext,
): Promise<{ by: string; reason?: string }> {
  const given = readRequester(args);
  return { ...given, by: given.by ?? (await readCallerArn(config.build.region)).slice(0, 256) };
}

/** Starts an execution and follows it. The execution's name is unique, so that a retry of the SDK does not start a second one. */
export async function startAndFollow(
  request: StartRequest,
  args: VerbArguments,
  context: CliContext,
): Promise<ExitCode> {
  const name = `${args.verb}-${context.uuid()}`;
  const { machine, input } = request;
  await startExecutionUnlessExists(machine, name, JSON.stringify(input));
  const execution = buildExecutionArn(machine, name);
  const print = createEventPrinter(context, args.json);
  print({ at: context.now().toISOString(), type: 'started', execution, input });
  return args.flag('no-watch') ? exitCodes.done : followExecution(execution, context, print);
}
