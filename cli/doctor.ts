import { existsSync } from 'node:fs';
import type { Config } from '../core/config/check.ts';
import { defaultStage, resourceNames } from '../core/config/resource-names.ts';
import { Failure } from '../core/errors/failure.ts';
import { runCommand, UsageError } from './command.ts';
import { configErrorOutcome, unreachableOutcome } from './doctor/check-config.ts';
import type { CheckResult } from './doctor/check-result.ts';
import { diagnose } from './doctor/diagnose.ts';
import { declaredFacts } from './doctor/facts.ts';
import { formatResults } from './doctor/format-results.ts';
import { collectLiveFacts } from './doctor/live-facts.ts';
import { configFile, loadConfig } from './load-config.ts';

const usage = `npm run doctor -- [--live] [--json] [--stage ${defaultStage}] [--config gantry.config.ts]

Checks every link of the chain, from the source to the pulled image, and says of each what is wrong and how to put it right.
  --live    look into the real accounts, with your credentials of the build account or of a target account;
            without it the policies that would be deployed are judged, and no account is touched
  --json    for machines: a list of {link, about, title, state, says, policy, statement, fix}
  --stage   the stage whose names are meant
  --config  another configuration than gantry.config.ts

Exit code 0: nothing is NG. 1: something is. 2: it was not asked as above.
`;

const options = {
  live: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  stage: { type: 'string', default: defaultStage },
  config: { type: 'string', default: configFile },
} as const;

interface DoctorOptions {
  live: boolean;
  json: boolean;
  stage: string;
  config: string;
}

/** Findings of one run; a configuration that is refused, or an AWS that does not answer, is the only finding there is. */
async function collectResults({ live, stage, config }: DoctorOptions): Promise<CheckResult[]> {
  const now = new Date();
  try {
    const loaded = await loadConfig(config);
    assertValidStage(loaded, stage);
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

const configSubject = { link: 'config', about: 'gantry.config.ts' } as const;

/** A name that cannot be a stage's is a mistake of the call, not of the configuration. */
function assertValidStage(config: Config, stage: string): void {
  try {
    resourceNames(config, stage);
  } catch (error) {
    throw error instanceof Failure ? new UsageError(error.message) : error;
  }
}

process.exitCode = await runCommand({
  usage,
  options,
  async run(asked) {
    if (!existsSync(asked.config)) throw new UsageError(`--config is "${asked.config}"; there is no such file.`);
    const examined = await collectResults(asked);
    console.log(asked.json ? JSON.stringify(examined, null, 2) : formatResults(examined));
    return examined.some(({ state }) => state === 'NG') ? 1 : 0;
  },
});
