import type { Config } from '../core/config/check.ts';
import { resourceNames } from '../core/config/resource-names.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import { parseVerbArguments } from './arguments.ts';
import type { CliContext, ExitCode } from './context.ts';
import { adaptMessage } from './message-wording.ts';
import { defaultActivity, reportError } from './report-error.ts';
import type { VerbEntry } from './verbs.ts';

/** A validated configuration and the name of its file. */
export interface LoadedConfig {
  config: Config;
  configFile: string;
}

/** The context before the configuration is loaded. */
export interface UnconfiguredContext extends Omit<CliContext, 'config' | 'adaptMessage'> {
  /** How the user started the command line: `gantry`, `npx gantry`, `npm run gantry --`. */
  program: string;
  /** Called only when a verb runs, because loading can fail. `option`: the value of `--config`. */
  loadConfig(option: string | undefined): LoadedConfig | Promise<LoadedConfig>;
}

/** Runs a verb and returns the exit code. Throws if the arguments or the configuration are not valid, and reports every later error itself. */
export async function runVerb(
  [word = '', ...rest]: string[],
  { load }: VerbEntry,
  unconfigured: UnconfiguredContext,
): Promise<ExitCode> {
  const verb = await load();
  const args = parseVerbArguments(word, verb.options, rest);
  const { config, configFile } = await unconfigured.loadConfig(args.text('config'));
  const reader = { program: unconfigured.program, configFile };
  const context: CliContext = { ...unconfigured, config, adaptMessage: (message) => adaptMessage(message, reader) };
  try {
    // Throws if the stage's name is invalid, for every verb.
    resourceNames(config, args.stage);
    return await verb.run(args, context).catch(async (error: unknown) => {
      // Loaded only for an error, because it calls STS.
      const { withAdvice } = await import('./error-advice.ts');
      throw await withAdvice(toFailure(error, defaultActivity), config);
    });
  } catch (error) {
    return reportError(error, context, args.json);
  }
}
