import { loadBundles } from '../bundle/load-bundles.ts';
import { packageFunctions } from '../bundle/package-functions.ts';
import type { Config } from '../core/config/check.ts';
import { formatTemplate } from '../infra/template/check-template-limits.ts';
import { createDeployerPolicy } from '../infra/template/deployer-policy.ts';
import { maxManagedPolicyLength, splitPolicy } from '../infra/template/split-policy.ts';
import { readBucketOption, type VerbArguments, verbUsageError } from './arguments.ts';
import { type CliContext, exitCodes } from './context.ts';
import { formatJsonLine } from './json-line.ts';
import { packageRoot } from './package-root.ts';
import { formatDeployCommand, type PlannedStack } from './stack-commands.ts';
import { planBuildStack, planTargetStack } from './stacks.ts';
import type { Verb } from './verb.ts';

/** Prints one template, or the policy for whoever deploys it. */
export const template: Verb = {
  options: { policy: { type: 'boolean', default: false }, bucket: { type: 'string' } },
  async run(args, context) {
    const stack = await planStack(args, context.config);
    if (args.flag('policy')) printPolicies(stack, args, context);
    else printTemplate(stack, args, context);
    return exitCodes.done;
  },
};

function printTemplate(stack: PlannedStack, { json }: VerbArguments, { now, out, err }: CliContext): void {
  const command = formatDeployCommand(stack);
  if (json) out(formatJsonLine(now(), 'template', { template: stack.template, command }));
  else {
    out(formatTemplate(stack.template));
    err(command);
  }
}

/** Prints one policy on each line, because a large installation needs more than IAM accepts in one policy. */
function printPolicies(
  { template, place }: PlannedStack,
  { json }: VerbArguments,
  { now, out, err }: CliContext,
): void {
  const policies = splitPolicy(createDeployerPolicy(template, place));
  if (json) out(formatJsonLine(now(), 'policies', { policies }));
  else {
    out(policies.map((policy) => `${JSON.stringify(policy)}\n`).join(''));
    err(describePolicies(policies.length));
  }
}

const describePolicies = (count: number): string =>
  count === 1
    ? `# The policy fits into a managed policy, which has at most ${maxManagedPolicyLength} characters.\n`
    : `# ${count} policies, one on each line: a managed policy has at most ${maxManagedPolicyLength} characters. Attach all of them.\n`;

async function planStack(args: VerbArguments, config: Config): Promise<PlannedStack> {
  const [kind, name, ...more] = args.positionals;
  const installed = { config, stage: args.stage };
  const bucket = readBucketOption(args);
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
