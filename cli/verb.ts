import type { ParseArgsOptionsConfig } from 'node:util';
import type { VerbArguments } from './arguments.ts';
import type { CliContext, ExitCode } from './context.ts';

/** One verb of the command line. `run` returns the exit code, or throws a Failure that main.ts turns into one. */
export interface Verb {
  options: ParseArgsOptionsConfig;
  run(args: VerbArguments, context: CliContext): Promise<ExitCode>;
}
