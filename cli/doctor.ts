import { defaultStage, resourceNames } from '../core/config/resource-names.ts';
import { Failure } from '../core/errors/failure.ts';
import { escapeTexts } from '../core/parsing/escape-texts.ts';
import { runCommand, UsageError } from './command.ts';
import { type ExitCode, exitCodes } from './context.ts';
import { configErrorOutcome, unreachableOutcome } from './doctor/check-config.ts';
import type { CheckResult } from './doctor/check-result.ts';
import { declaredFacts } from './doctor/declared-facts.ts';
import { diagnose } from './doctor/diagnose.ts';
import { formatResults } from './doctor/format-results.ts';
import { collectLiveFacts } from './doctor/live-facts.ts';
import { chooseConfigFile, loadConfig } from './load-config.ts';
import { openTerminal, terminalColumns } from './terminal.ts';

const usage = `npm run doctor -- [--live] [--json] [--stage ${defaultStage}] [--config gantry.config.ts]

Checks every step of a release, from the source to the pulled image, and reports for each check what is wrong and how to fix it.
  --live    reads the real accounts, with your credentials for the build account or for a target account;
            without it, the doctor evaluates the policies that would be deployed, and calls no account
  --json    for programs: a list of {link, about, title, state, says, policy, statement, fix}
  --stage   the stage to check
  --config  the file of the configuration; without it, the nearest gantry.config.ts, .mjs or .json

A failed check is FAIL in the text and NG in the JSON. Exit code 0: no check failed. 1: at least one failed. 2: the arguments or the
configuration are not valid. 4: with --live, AWS could not be reached, or the credentials are not of an account of the configuration.
`;

const options = {
  live: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  stage: { type: 'string', default: defaultStage },
  config: { type: 'string' },
} as const;

interface DoctorOptions {
  live: boolean;
  json: boolean;
  stage: string;
  config?: string | undefined;
}

/** The results of one run. If the configuration is refused, or AWS does not answer, that error is the only result. */
async function collectResults(file: string, { live, stage }: DoctorOptions): Promise<CheckResult[]> {
  const now = new Date();
  try {
    const loaded = await loadConfig(file);
    withUsage(() => resourceNames(loaded, stage));
    return await diagnose(
      live ? await collectLiveFacts(loaded, stage, now) : declaredFacts(loaded, stage, now.getTime()),
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.name === 'SystemUnavailable')
      return [{ ...configSubject, title: 'AWS answers', ...unreachableOutcome(error) }];
    if (error.name !== 'ConfigurationError') throw error;
    return [{ ...configSubject, title: 'the configuration is valid', ...configErrorOutcome(error) }];
  }
}

/**
 * An error in the configuration, or credentials that AWS does not accept, have the same exit code in every program. The other checks are then not meaningful.
 */
function chooseExitCode(results: CheckResult[]): ExitCode {
  const failed = results.filter(({ state }) => state === 'NG');
  if (failed.length === 0) return exitCodes.done;
  const { policy } = failed.find(({ link }) => link === configSubject.link) ?? {};
  if (policy === undefined) return exitCodes.failed;
  return policy === configSubject.about ? exitCodes.mistake : exitCodes.unavailable;
}

const configSubject = { link: 'config', about: 'gantry.config.ts' } as const;

/** An invalid stage or the name of a missing file is an error in the arguments, not in the configuration. */
function withUsage<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw error instanceof Failure ? new UsageError(error.message) : error;
  }
}

process.exitCode = await runCommand({
  usage,
  options,
  async run(request) {
    const file = withUsage(() => chooseConfigFile(request.config));
    const examined = escapeTexts(await collectResults(file, request));
    console.log(
      request.json
        ? JSON.stringify(examined, null, 2)
        : formatResults(examined, terminalColumns(openTerminal(process.stdout, process.env))),
    );
    return chooseExitCode(examined);
  },
});
