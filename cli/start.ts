import { start } from '../aws/sfn.ts';
import { callerArn } from '../aws/sts.ts';
import { executionArnOf } from '../core/config/resource-names.ts';
import type { Arguments } from './arguments.ts';
import { follow } from './follow.ts';
import { tellerFor } from './tell.ts';
import { type ExitCode, exitCodes, type World } from './world.ts';

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
export interface Wanted {
  machine: string;
  input: Record<string, unknown>;
}

/** Who asks, and why, as far as the command line says it. */
export function givenBy(args: Arguments): { by?: string; reason?: string } {
  const [by, reason] = [args.text('by'), args.text('reason')];
  return { ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) };
}

/** The same, with the identity of the credentials where nobody is named; cut to what `by` may hold (core/request/fields.ts). */
export async function askedBy(args: Arguments, { config }: World): Promise<{ by: string; reason?: string }> {
  const given = givenBy(args);
  return { ...given, by: given.by ?? (await callerArn(config.build.region)).slice(0, 256) };
}

/** Starts an execution by a name of its own, so that the SDK's own second try starts none beside it; then follows it. */
export async function startAndFollow(wanted: Wanted, args: Arguments, world: World): Promise<ExitCode> {
  const name = `${args.verb}-${world.uuid()}`;
  const { machine, input } = wanted;
  await start(machine, name, JSON.stringify(input));
  const execution = executionArnOf(machine, name);
  const tell = tellerFor(world, args.json);
  tell({ at: world.now().toISOString(), type: 'started', execution, input });
  return args.flag('no-watch') ? exitCodes.done : follow(execution, world, tell);
}
