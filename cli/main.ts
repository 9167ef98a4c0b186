import type { Config } from '../core/config/check.ts';
import { resourceNames } from '../core/config/resource-names.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import { Failure } from '../core/errors/failure.ts';
import { escapeLines } from '../core/parsing/escape-texts.ts';
import { parseVerbArguments } from './arguments.ts';
import { isHelpRequested } from './command.ts';
import { type CliContext, type ExitCode, exitCodes } from './context.ts';
import { deploy } from './deploy.ts';
import { withAdvice } from './error-advice.ts';
import { history } from './history.ts';
import { redeploy } from './redeploy.ts';
import { rollback } from './rollback.ts';
import { status } from './status.ts';
import type { Verb } from './verb.ts';
import { watch } from './watch.ts';

const verbs = new Map<string, Verb>(Object.entries({ deploy, redeploy, rollback, status, history, watch }));

const summaryLine = ({ help }: Verb): string => `  ${help.split('\n')[0]}`;

const usage = `Usage: npm run gantry -- VERB …   (or: gantry VERB …)

${[...verbs.values()].map(summaryLine).join('\n')}
  gantry doctor   check every step that a release depends on, and say how to fix what fails

gantry VERB --help lists the options of a verb. Exit codes: 0 succeeded, 1 failed or rolled back, 2 an error in the command or the
configuration, 3 superseded, 4 AWS could not be reached or refused a call, 130 stopped watching (the deployment continues).
`;

/** The activity that an AWS error's message names if the caller gave none. */
const defaultActivity = 'gantry ran';

/** The context before the configuration is loaded. `config` is called only when a verb runs, because loading it can fail. */
export interface UnconfiguredContext extends Omit<CliContext, 'config'> {
  config(): Config | Promise<Config>;
}

/** Runs one command and returns its exit code. `argv` does not contain the program's name. */
export async function main(argv: string[], unconfigured: UnconfiguredContext): Promise<ExitCode> {
  const [word, ...rest] = argv;
  const verb = verbs.get(word ?? '');
  if (isHelpRequested(argv) || word === 'help')
    return printText(unconfigured, verb === undefined ? usage : `${verb.help}\n`);
  const json = argv.includes('--json');
  try {
    if (word === undefined || verb === undefined) throw unknownVerbFailure(word, json);
    const args = parseVerbArguments(word, verb.options, rest);
    const context = { ...unconfigured, config: await unconfigured.config() };
    // Throws if the stage's name is invalid, for every verb.
    resourceNames(context.config, args.stage);
    return await verb.run(args, context).catch(async (error: unknown) => {
      throw await withAdvice(toFailure(error, defaultActivity), context.config);
    });
  } catch (error) {
    return reportError(error, unconfigured, json);
  }
}

const printText = ({ out }: UnconfiguredContext, text: string): ExitCode => {
  out(text);
  return exitCodes.done;
};

/** As text, prints the usage. As JSON, prints one line that lists the verbs. */
const unknownVerbFailure = (word: string | undefined, json: boolean): Failure => {
  const found = word === undefined || word.startsWith('-') ? 'There is no verb' : `There is no verb "${word}"`;
  const expected = json ? `; there are: ${[...verbs.keys()].join(', ')}, doctor.` : `.\n\n${usage}`;
  return new Failure('ConfigurationError', `${found}${expected}`);
};

const exitCodesByFailure: Record<string, ExitCode> = {
  ConfigurationError: exitCodes.mistake,
  RevisionUnavailable: exitCodes.mistake,
  RevisionOutOfSync: exitCodes.superseded,
  PermissionError: exitCodes.unavailable,
  SystemUnavailable: exitCodes.unavailable,
};

/** The exit code and the message for an error that is not the result of a deployment. */
function describeError(error: Error): { exitCode: ExitCode; message: string } {
  const code = exitCodesByFailure[error.name] ?? ('$metadata' in error ? exitCodes.unavailable : undefined);
  return code === undefined
    ? { exitCode: exitCodes.bug, message: error.stack ?? error.message }
    : { exitCode: code, message: error.message };
}

function reportError(thrown: unknown, context: UnconfiguredContext, json: boolean): ExitCode {
  const { exitCode, message: text } = describeError(toFailure(thrown, defaultActivity));
  const message = escapeLines(text);
  if (json) context.out(`${JSON.stringify({ at: context.now().toISOString(), type: 'error', message, exitCode })}\n`);
  else context.err(`${message}\n`);
  return exitCode;
}
