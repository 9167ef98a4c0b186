import { loadBundles } from '../bundle/load-bundles.ts';
import { packageFunctions } from '../bundle/package-functions.ts';
import type { Config } from '../core/config/check.ts';
import { formatTemplate } from '../infra/template/check-template-limits.ts';
import { type VerbArguments, verbUsageError } from './arguments.ts';
import { exitCodes } from './context.ts';
import { packageRoot } from './package-root.ts';
import { formatDeployCommand, type PlannedStack } from './stack-commands.ts';
import { planBuildStack, planTargetStack } from './stacks.ts';
import { commonHelp, type Verb } from './verb.ts';

const help = `  The template goes to standard output, and the command that deploys it to standard error. gantry package makes the zips that the
  template of the build account names.
${commonHelp}`;

/** Prints one template. */
export const template: Verb = {
  help,
  options: {},
  async run(args, context) {
    const stack = await planStack(args, context.config);
    context.out(formatTemplate(stack.template));
    context.err(formatDeployCommand(stack, context.config, args.stage));
    return exitCodes.done;
  },
};

async function planStack(args: VerbArguments, config: Config): Promise<PlannedStack> {
  const [kind, name, ...more] = args.positionals;
  if (kind === 'build' && name === undefined)
    return planBuildStack(config, args.stage, packageFunctions(await loadBundles(packageRoot), config));
  const names = config.targets.map((target) => target.name).join(', ');
  if (kind !== 'target' || more.length > 0)
    throw verbUsageError(
      'template',
      `template takes build, or target and the name of a target; found "${args.positionals.join(' ')}".`,
    );
  if (name === undefined)
    throw verbUsageError('template', `template target needs the name of a target; there are: ${names}.`);
  return planTargetStack(config, args.stage, name);
}
