import { parseRollbackRequest } from '../core/request/rollback.ts';
import { readRevisionOption, readTargetArgument } from './arguments.ts';
import { resolveDeployedResources } from './deployed-resources.ts';
import { dryRunOptions } from './dry-run-options.ts';
import { identifyRequester, readRequester, startAndFollow, startHelp, startOptions } from './start.ts';
import { commonHelp, type Verb } from './verb.ts';

const help = `  --to FAMILY:N    the revision to deploy (default: the last known-good one)
  --dry-run        show what would be done, and change nothing
  --show-values    with --dry-run: also show environment values and others that
                   may be secret
${startHelp}
${commonHelp}`;

export const rollback: Verb = {
  help,
  options: { to: { type: 'string' }, ...dryRunOptions, ...startOptions },
  async run(args, context) {
    const { name } = readTargetArgument(args, context.config);
    const revision = readRevisionOption(args, 'to');
    const fields = { target: name, ...(revision !== undefined && { revision }) };
    const { cause, targets } = parseRollbackRequest({ ...fields, ...readRequester(args) }, context.config, args.stage);
    const [target] = targets;
    if (args.flag('dry-run') && target !== undefined && cause !== undefined)
      return (await import('./dry-run-rollback.ts')).dryRunRollback({ target, cause }, args, context);
    const input = { ...fields, ...(await identifyRequester(args, context)) };
    const { rollback: machine } = resolveDeployedResources(context.config, args.stage);
    return startAndFollow({ machine, input }, args, context);
  },
};
