import type { Config } from '../core/config/check.ts';
import { defaultStage } from '../core/config/resource-names.ts';
import { Failure } from '../core/errors/failure.ts';
import { createTargetTemplate } from '../infra/template/target-template.ts';
import { loadCheckoutConfig } from './checkout-config.ts';
import { runCommand, UsageError } from './command.ts';

const usage = `npm run --silent target-template -- TARGET [STAGE] > target.json

Prints a CloudFormation template of everything that the account of a target needs. TARGET is one of gantry.config.ts, such as test.
  STAGE   the stage that is deployed (default: ${defaultStage})
`;

/** The configuration is valid here, so only the two arguments can be wrong. */
function createTemplate(config: Config, name: string, stage: string | undefined) {
  try {
    return createTargetTemplate(config, name, stage);
  } catch (error) {
    throw error instanceof Failure ? new UsageError(error.message) : error;
  }
}

process.exitCode = await runCommand({
  usage,
  options: {},
  words: 2,
  async run(_, [name, stage]) {
    const config = await loadCheckoutConfig();
    const names = config.targets.map((target) => target.name).join(', ');
    if (name === undefined) throw new UsageError(`It needs the name of a target; there are: ${names}.`);
    console.log(JSON.stringify(createTemplate(config, name, stage), null, 2));
    return 0;
  },
});
