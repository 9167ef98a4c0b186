import { startExecution } from '../aws/sfn.ts';
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

export const startHelp = `  --reason TEXT  why; kept in the ledger
  --by NAME      who (default: the identity of your credentials)
  --no-watch     start it and be done`;

/** What is to be started. */
export interface StartRequest {
  machine: string;
  input: Record<string, unknown>;
}

/** Who asks, and why, as far as the command line says it. */
export function readRequester(args: VerbArguments): { by?: string; reason?: string } {
  const [by, reason] = [args.text('by'), args.text('reason')];
  return { ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) };
}

/** The same, with the identity of the credentials where nobody is named; cut to what `by` may hold (core/request/fields.ts). */
export async function identifyRequester(
  args: VerbArguments,
  { config }: CliContext,
): Promise<{ by: string; reason?: string }> {
  const given = readRequester(args);
  return { ...given, by: given.by ?? (await readCallerArn(config.build.region)).slice(0, 256) };
}

/** Starts an execution by a name of its own, so that the SDK's own second try starts none beside it; then follows it. */
export async function startAndFollow(wanted: StartRequest, args: VerbArguments, world: CliContext): Promise<ExitCode> {
  const name = `${args.verb}-${world.uuid()}`;
  const { machine, input } = wanted;
  await startExecution(machine, name, JSON.stringify(input));
  const execution = buildExecutionArn(machine, name);
  const tell = createEventPrinter(world, args.json);
  tell({ at: world.now().toISOString(), type: 'started', execution, input });
  return args.flag('no-watch') ? exitCodes.done : followExecution(execution, world, tell);
}
