import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBundles } from '../bundle/load-bundles.ts';
import { type PackagedFunction, packageFunctions } from '../bundle/package-functions.ts';
import { assertNoPlaceholders } from '../core/config/check.ts';
import { formatTemplate } from '../infra/template/check-template-limits.ts';
import { formatZipName } from '../infra/template/functions.ts';
import { verbUsageError } from './arguments.ts';
import { exitCodes } from './context.ts';
import { packageRoot } from './package-root.ts';
import { formatCopyCommand, formatDeployCommand, type PlannedStack } from './stack-commands.ts';
import { planBuildStack, planTargetStack } from './stacks.ts';
import { commonHelp, type Verb } from './verb.ts';

const help = `  Each zip has the digest of its content in its name, and contains the configuration.
  --out DIR      where to write them (default: .gantry)
${commonHelp}`;

/** Writes everything that an installation with CloudFormation, Terraform or the CDK needs. */
export const packageFiles: Verb = {
  help,
  options: { out: { type: 'string', default: '.gantry' } },
  async run(args, { config, out }) {
    if (args.positionals.length > 0)
      throw verbUsageError('package', `package takes only options; found "${args.positionals.join(' ')}".`);
    const folder = args.text('out') ?? '.gantry';
    assertNoPlaceholders(config);
    const functions = packageFunctions(await loadBundles(packageRoot), config);
    const stacks = [
      planBuildStack(config, args.stage, functions),
      ...config.targets.map(({ name }) => planTargetStack(config, args.stage, name)),
    ].map((stack) => ({ ...stack, file: join(folder, stack.file) }));
    const zips = writePackage(folder, functions, stacks);
    const commands = [
      formatCopyCommand(folder, config, args.stage),
      ...stacks.map((stack) => formatDeployCommand(stack, config, args.stage)),
    ];
    if (args.json)
      out(`${JSON.stringify({ type: 'package', zips, templates: stacks.map(({ file }) => file), commands })}\n`);
    else
      out(
        `${zips.length} zips and ${stacks.length} templates are in ${folder}. To deploy them:\n\n${commands.join('\n')}`,
      );
    return exitCodes.done;
  },
};

/** Writes the zips and the templates. Returns the names of the zips. */
function writePackage(folder: string, functions: PackagedFunction[], stacks: PlannedStack[]): string[] {
  mkdirSync(folder, { recursive: true });
  for (const { file, template } of stacks) writeFileSync(file, formatTemplate(template));
  return functions.map(({ file, digest, zip }) => {
    const name = formatZipName(file, digest);
    writeFileSync(join(folder, name), zip());
    return name;
  });
}
