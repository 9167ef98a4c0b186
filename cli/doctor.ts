import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure } from '../core/failure.ts';
import { defaultStage } from '../core/names.ts';
import { diagnose } from './doctor/check.ts';
import { mistakesIn } from './doctor/check-config.ts';
import { declaredFacts } from './doctor/facts.ts';
import type { Examined } from './doctor/finding.ts';
import { liveFacts } from './doctor/live.ts';
import { loadConfig } from './doctor/load-config.ts';
import { shown } from './doctor/print.ts';

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
  config: { type: 'string', default: join(import.meta.dirname, '..', 'gantry.config.ts') },
  help: { type: 'boolean', default: false },
} as const;

const parse = () => parseArgs({ options }).values;

/** Findings of one run; a configuration that is refused is the only finding there is. */
async function findings({ live, stage, config }: ReturnType<typeof parse>): Promise<Examined[]> {
  const now = new Date();
  try {
    const loaded = await loadConfig(config);
    return await diagnose(live ? await liveFacts(loaded, stage, now) : declaredFacts(loaded, stage, now.getTime()));
  } catch (error) {
    if (!(error instanceof Failure && error.name === 'ConfigurationError')) throw error;
    return [{ link: 'config', about: 'gantry.config.ts', title: 'the configuration is valid', ...mistakesIn(error) }];
  }
}

async function run(given: ReturnType<typeof parse>): Promise<number> {
  const examined = await findings(given);
  console.log(given.json ? JSON.stringify(examined, null, 2) : shown(examined));
  return examined.some(({ state }) => state === 'NG') ? 1 : 0;
}

/** What was asked; ends with the usage where it cannot be understood. */
function asked(): ReturnType<typeof parse> {
  try {
    return parse();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}

const given = asked();
if (given.help) console.log(usage);
else
  process.exitCode = await run(given).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  });
