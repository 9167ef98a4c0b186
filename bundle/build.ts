import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCheckoutConfig } from '../cli/checkout-config.ts';
import { runCommand } from '../cli/command.ts';
import { archiveFileName, packBundles } from './archive.ts';
import budgets from './budget.json' with { type: 'json' };
import { checkBudgets, formatSizes } from './budget.ts';
import { bundleFunctions } from './functions.ts';
import { readBundles } from './load-bundles.ts';
import { buildNpmPackage } from './npm-package.ts';

const usage = `npm run build -- [--any-size]

Bundles every function into .build/ and prints how large each one is. Exits with 1 if one is larger than its budget (bundle/budget.json).
Also builds the files of the npm package: dist/, gantry.schema.json and functions.br.
  --any-size  does not compare the bundles with their budgets; npm pack uses it
`;

/** The bundles without a configuration, which the npm package contains. */
const archiveFile = join(import.meta.dirname, '..', archiveFileName);

async function run({ 'any-size': anySize }: { 'any-size'?: boolean | undefined }): Promise<number> {
  // The configuration is checked first, because esbuild would hide a configuration error in its own report.
  await loadCheckoutConfig();
  const bundles = Object.values(await bundleFunctions());
  console.log(formatSizes(bundles));
  writeFileSync(archiveFile, packBundles(readBundles(bundles)));
  await buildNpmPackage(bundles.flatMap(({ sources }) => Object.keys(sources)));
  const problems = anySize ? [] : checkBudgets(bundles, budgets);
  for (const problem of problems) console.error(problem);
  return problems.length > 0 ? 1 : 0;
}

if (import.meta.main) process.exitCode = await runCommand({ usage, options: { 'any-size': { type: 'boolean' } }, run });
