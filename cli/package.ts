import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBundles } from '../bundle/load-bundles.ts';
import { type PackagedFunction, packageFunctions } from '../bundle/package-functions.ts';
import { assertNoPlaceholders } from '../core/config/check.ts';
import { formatCount } from '../core/parsing/count.ts';
import { formatTemplate } from '../infra/template/check-template-limits.ts';
import { formatZipName } from '../infra/template/functions.ts';
import { readBucketOption, type VerbArguments, verbUsageError } from './arguments.ts';
import { exitCodes } from './context.ts';
import { formatJsonLine } from './json-line.ts';
import { packageRoot } from './package-root.ts';
import { formatCopyCommand, formatDeployCommand, type PlannedStack } from './stack-commands.ts';
import { planBuildStack, planTargetStack } from './stacks.ts';
import type { Verb } from './verb.ts';

const defaultFolder = '.gantry';

/** Writes all files that an installation with CloudFormation, Terraform or the CDK needs. */
export const packageFiles: Verb = {
  options: { out: { type: 'string', default: defaultFolder }, bucket: { type: 'string' } },
  async run(args, { config, now, out }) {
    const { folder, bucket } = readOptions(args);
    assertNoPlaceholders(config);
    const functions = packageFunctions(await loadBundles(packageRoot), config);
    const installed = { config, stage: args.stage };
    const build = planBuildStack(installed, functions, bucket);
    const targets = config.targets.map(({ name }) => planTargetStack(installed, name));
    const stacks = [build, ...targets].map((stack) => ({ ...stack, file: join(folder, stack.file) }));
    const zips = writePackage(folder, functions, stacks);
    const templates = stacks.map(({ file }) => file);
    const commands = [formatCopyCommand(folder, build.place), ...stacks.map(formatDeployCommand)];
    const written = { zips, templates, commands };
    out(args.json ? formatJsonLine(now(), 'package', written) : formatText(folder, written));
    return exitCodes.done;
  },
};

function readOptions(args: VerbArguments): { folder: string; bucket: string | undefined } {
  if (args.positionals.length > 0)
    throw verbUsageError('package', `package takes only options; found "${args.positionals.join(' ')}".`);
  return { folder: args.text('out') ?? defaultFolder, bucket: readBucketOption(args) };
}

interface WrittenPackage {
  zips: string[];
  templates: string[];
  commands: string[];
}

const formatText = (folder: string, { zips, templates, commands }: WrittenPackage): string =>
  `${formatCount(zips.length, 'zip')} and ${formatCount(templates.length, 'template')} are in ${folder}. To deploy them:\n\n${commands.join('\n')}`;

/** Writes the zips and the templates. Returns the names of the zips. Throws a ConfigurationError if the folder cannot be written. */
function writePackage(folder: string, functions: PackagedFunction[], stacks: PlannedStack[]): string[] {
  withFolderError(folder, () => {
    mkdirSync(folder, { recursive: true });
    for (const { file, template } of stacks) writeFileSync(file, formatTemplate(template));
  });
  return functions.map(({ file, digest, zip }) => {
    const [name, content] = [formatZipName(file, digest), zip()];
    withFolderError(folder, () => writeFileSync(join(folder, name), content));
    return name;
  });
}

/** Turns an error of the file system into an error about the option. */
function withFolderError(folder: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const found = error instanceof Error ? error.message : error;
    throw verbUsageError('package', `--out is "${folder}"; the files cannot be written there: ${found}.`);
  }
}
