import type { ParseArgsOptionsConfig } from 'node:util';
import type { VerbArguments } from './arguments.ts';
import type { CliContext, ExitCode } from './context.ts';

/** One verb of the command line. `run` returns the exit code, or throws a Failure that main.ts turns into one. */
export interface Verb {
  /** What `gantry VERB --help` prints below the line of verbs.ts. */
  help: string;
  options: ParseArgsOptionsConfig;
  run(args: VerbArguments, context: CliContext): Promise<ExitCode>;
}

/** The end of every verb's help. */
export const commonHelp = `  --stage NAME   the deployed stage (default: production)
  --config FILE  the configuration (default: the nearest gantry.config.ts, .mjs or
                 .json, from the working directory upwards)
  --json         print one JSON object on each line (docs/cli.md)
  --help`;
