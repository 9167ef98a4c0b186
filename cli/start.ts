import { startExecutionUnlessExists } from '../aws/sfn.ts';
import { readCallerArn } from '../aws/sts.ts';
import type { ManualStart } from '../core/config/entry-machines.ts';
import { buildExecutionArn } from '../core/config/resource-names.ts';
import { Failure } from '../core/errors/failure.ts';
import type { VerbArguments } from './arguments.ts';
import { awaitSharedExecution } from './await-shared-execution.ts';
import { type CliContext, type ExitCode, exitCodes } from './context.ts';
import { resolveEntryMachine, sharedExecutionArn } from './deployed-resources.ts';
import { createEventPrinter } from './event-printer.ts';
import { followExecution } from './follow.ts';

/** Options of every verb that starts an execution. */
export const startOptions = {
  reason: { type: 'string' },
  by: { type: 'string' },
  'no-watch': { type: 'boolean', default: false },
} as const;

/** What to start, for a service such as `test/web`, and the other fields of the input. */
export interface StartRequest {
  kind: ManualStart;
  name: string;
  fields: Record<string, unknown>;
  /** What the user should know about the start. */
  notes?: string[];
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

/**
 * Starts an execution of the target's entry machine, and follows the shared execution that the entry machine starts. The entry machine's execution has a unique
 * name, so that a retry of the SDK does not start a second one.
 */
export async function startAndFollow(
  { kind, name: service, fields, notes = [] }: StartRequest,
  args: VerbArguments,
  context: CliContext,
): Promise<ExitCode> {
  const [target = '', ...rest] = service.split('/');
  const machine = resolveEntryMachine(kind, target, context.config, args.stage);
  const name = `${args.verb}-${context.uuid()}`;
  const input = { ...fields, ...(await identifyRequester(args, context)) };
  await startEntry(machine.arn, name, { service: rest.join('/'), ...input });
  const started = { execution: sharedExecutionArn(machine, name), entry: buildExecutionArn(machine.arn, name) };
  const isWatched = !args.flag('no-watch');
  const print = createEventPrinter(isWatched ? context : withoutRedrawing(context), args.json);
  print({ at: context.now().toISOString(), type: 'started', ...started, input: { target: service, ...input } });
  for (const message of notes) print({ at: context.now().toISOString(), type: 'note', message });
  if (!isWatched) return exitCodes.done;
  return (await awaitSharedExecution(started, context, print)) ?? followExecution(started.execution, context, print);
}

/** If the user does not watch, no progress is shown, so nothing is redrawn. */
const withoutRedrawing = ({ terminal, ...context }: CliContext): CliContext => ({
  ...context,
  terminal: terminal && { ...terminal, canRedraw: false },
});

/** Starts an execution of an entry machine, unless an execution with this name exists. */
export const startEntry = (machine: string, name: string, input: object): Promise<boolean> =>
  startExecutionUnlessExists(machine, name, JSON.stringify(input)).catch((error: unknown) => {
    if (!(error instanceof Failure) || error.name !== 'PermissionError') throw error;
    throw new Failure('PermissionError', `${error.message} docs/cli.md shows a policy for one target.`, {
      cause: error.cause,
    });
  });
