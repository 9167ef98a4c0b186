import { resolve } from 'node:path';
import { chooseConfigFile } from './load-config.ts';

/* The npm package contains this program in place of doctor.ts. */

/** The user's own file, if there is one: the doctor of a checkout can read it there. */
function describeConfigFile(): string {
  try {
    return JSON.stringify(resolve(chooseConfigFile(undefined)));
  } catch {
    return 'FILE';
  }
}

console.error(
  `The doctor is not in this package: it evaluates policies with a database of IAM's actions and with a package under the AGPL. Run it in a checkout of Gantry:

  npm ci && npm run doctor -- --config ${describeConfigFile()}
  npm run doctor -- --live --config ${describeConfigFile()}`,
);
process.exitCode = 2;
