import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isHelpRequested } from './command.ts';
import { chooseConfigFile } from './load-config.ts';

/* The npm package contains this program in place of doctor.ts. */

const args = process.argv.slice(2);

/** The file that --config names. Without --config, the user's own file, if it exists. The doctor of a checkout can read the file there. */
function describeConfigFile(): string {
  const { config } = parseArgs({ args, options: { config: { type: 'string' } }, strict: false }).values;
  try {
    return JSON.stringify(resolve(chooseConfigFile(typeof config === 'string' ? config : undefined)));
  } catch {
    return 'FILE';
  }
}

const text = `The doctor is not in this package: it evaluates policies with a database of IAM's actions and with a package under the AGPL. Run it in a checkout of Gantry:

  npm ci && npm run doctor -- --config ${describeConfigFile()}
  npm run doctor -- --live --config ${describeConfigFile()}`;

if (isHelpRequested(args)) console.log(text);
else {
  console.error(text);
  process.exitCode = 2;
}
