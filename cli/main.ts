import type { Config } from '../core/config/check.ts';
import { resourceNames } from '../core/config/resource-names.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import { Failure } from '../core/errors/failure.ts';
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
  gantry doctor   check every link of the chain, and say how to put right what is wrong

gantry VERB --help tells more. Exit codes: 0 succeeded, 1 failed or rolled back, 2 a mistake in the command or the configuration,
3 superseded, 4 AWS could not be reached or refused, 130 stopped watching (the deployment goes on).
`;

/** What an error of AWS came about while doing, where nobody says it more closely. */
const defaultActivity = 'gantry ran';

/** The world before anything is known of the configuration, which is asked for where a verb begins: it may be what is wrong. */
export interface UnconfiguredContext extends Omit<CliContext, 'config'> {
  config(): Config | Promise<Config>;
}

/** Runs one command, `argv` without the program's name, and answers its exit code. */
export async function main(argv: string[], outset: UnconfiguredContext): Promise<ExitCode> {
  const [word, ...rest] = argv;
  const verb = verbs.get(word ?? '');
  if (isHelpRequested(argv) || word === 'help') return printText(outset, verb === undefined ? usage : `${verb.help}\n`);
  const json = argv.includes('--json');
  try {
    if (word === undefined || verb === undefined) throw unknownVerbFailure(word, json);
    const args = parseVerbArguments(word, verb.options, rest);
    const world = { ...outset, config: await outset.config() };
    // A stage that cannot be one is a mistake for every verb, whatever it would do with it.
    resourceNames(world.config, args.stage);
    return await verb.run(args, world).catch(async (error: unknown) => {
      throw await withAdvice(toFailure(error, defaultActivity), world.config);
    });
  } catch (error) {
    return reportError(error, outset, json);
  }
}

const printText = ({ out }: UnconfiguredContext, text: string): ExitCode => {
  out(text);
  return exitCodes.done;
};

/** The usage is for people; a line of JSON says what there is. */
const unknownVerbFailure = (word: string | undefined, json: boolean): Failure => {
  const found = word === undefined || word.startsWith('-') ? 'There is no verb' : `There is no verb "${word}"`;
  const there = json ? `; there are: ${[...verbs.keys()].join(', ')}, doctor.` : `.\n\n${usage}`;
  return new Failure('ConfigurationError', `${found}${there}`);
};

const exitCodesByFailure: Record<string, ExitCode> = {
  ConfigurationError: exitCodes.mistake,
  RevisionUnavailable: exitCodes.mistake,
  RevisionOutOfSync: exitCodes.superseded,
  PermissionError: exitCodes.unavailable,
  SystemUnavailable: exitCodes.unavailable,
};

/** The exit code and the sentence for what went wrong before, or beside, a deployment. */
function describeError(error: Error): { exitCode: ExitCode; message: string } {
  const code = exitCodesByFailure[error.name] ?? ('$metadata' in error ? exitCodes.unavailable : undefined);
  return code === undefined
    ? { exitCode: exitCodes.bug, message: error.stack ?? error.message }
    : { exitCode: code, message: error.message };
}

function reportError(thrown: unknown, world: UnconfiguredContext, json: boolean): ExitCode {
  const { exitCode, message } = describeError(toFailure(thrown, defaultActivity));
  if (json) world.out(`${JSON.stringify({ at: world.now().toISOString(), type: 'error', message, exitCode })}\n`);
  else world.err(`${message}\n`);
  return exitCode;
}
