import type { ParseArgsOptionsConfig } from 'node:util';
import type { VerbArguments } from './arguments.ts';
import type { CliContext, ExitCode } from './context.ts';

/** One word of the command line. `run` answers the exit code, or throws a Failure that main.ts makes one of. */
export interface Verb {
  /** What `gantry VERB --help` prints; its first line is the verb's in `gantry --help`. */
  help: string;
  options: ParseArgsOptionsConfig;
  run(args: VerbArguments, world: CliContext): Promise<ExitCode>;
}

/** What every verb's help ends with. */
export const commonHelp = `  --stage NAME   the stage that was deployed (default: production)
  --json         one JSON object a line (docs/cli.md)
  --help`;
