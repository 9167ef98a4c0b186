import { loadBundles } from '../bundle/load-bundles.ts';
import { packageFunctions } from '../bundle/package-functions.ts';
import type { Config } from '../core/config/check.ts';
import { formatTemplate } from '../infra/template/check-template-limits.ts';
import { createDeployerPolicy } from '../infra/template/deployer-policy.ts';
import { type VerbArguments, verbUsageError } from './arguments.ts';
import { exitCodes } from './context.ts';
import { packageRoot } from './package-root.ts';
import { formatDeployCommand, type PlannedStack } from './stack-commands.ts';
import { planBuildStack, planTargetStack } from './stacks.ts';
import { commonHelp, type Verb } from './verb.ts';

const help = `  The template goes to standard output, and the command that deploys it to standard error. gantry package makes the zips that the
  template of the build account names.
  --policy       print an IAM policy with the least permissions to deploy the template, instead of the template
  --bucket NAME  the bucket of the build account with the zips
${commonHelp}`;

/** Prints one template, or the policy for whoever deploys it. */
export const template: Verb = {
  help,
  options: { policy: { type: 'boolean', default: false }, bucket: { type: 'string' } },
  async run(args, { config, out, err }) {
    const stack = await planStack(args, config);
    if (args.flag('policy')) out(`${JSON.stringify(createDeployerPolicy(stack.template, stack.place), null, 2)}\n`);
    else {
      out(formatTemplate(stack.template));
      err(formatDeployCommand(stack));
    }
    return exitCodes.done;
  },
};

async function planStack(args: VerbArguments, config: Config): Promise<PlannedStack> {
  const [kind, name, ...more] = args.positionals;
  const installed = { config, stage: args.stage };
  const bucket = args.text('bucket');
  if (kind === 'build' && name === undefined)
    return planBuildStack(installed, packageFunctions(await loadBundles(packageRoot), config), bucket);
  if (kind !== 'target' || more.length > 0)
    throw verbUsageError(
      'template',
      `template takes build, or target and the name of a target; found "${args.positionals.join(' ')}".`,
    );
  const names = config.targets.map((target) => target.name).join(', ');
  if (name === undefined)
    throw verbUsageError('template', `template target needs the name of a target; there are: ${names}.`);
  return planTargetStack(installed, name);
}
