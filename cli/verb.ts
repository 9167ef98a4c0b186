import type { ParseArgsOptionsConfig } from 'node:util';
import type { VerbArguments } from './arguments.ts';
import type { CliContext, ExitCode } from './context.ts';

/** One verb of the command line. `run` returns the exit code, or throws a Failure that main.ts turns into one. */
export interface Verb {
  /** What `gantry VERB --help` prints. `gantry --help` prints its first line. */
  help: string;
  options: ParseArgsOptionsConfig;
  run(args: VerbArguments, context: CliContext): Promise<ExitCode>;
}

/** The end of every verb's help. */
export const commonHelp = `  --stage NAME   the deployed stage (default: production)
  --json         print one JSON object on each line (docs/cli.md)
  --help`;
