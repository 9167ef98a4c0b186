import { parseRollbackRequest } from '../core/request/rollback.ts';
import { readRevisionOption, readTargetArgument } from './arguments.ts';
import { dryRunOptions } from './dry-run-options.ts';
import { readRequester, startAndFollow, startHelp, startOptions } from './start.ts';
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
    const fields = { ...(revision !== undefined && { revision }) };
    const asked = { target: name, ...fields, ...readRequester(args) };
    const { cause, targets } = parseRollbackRequest(asked, context.config, args.stage);
    const [target] = targets;
    if (args.flag('dry-run') && target !== undefined && cause !== undefined)
      return (await import('./dry-run-rollback.ts')).dryRunRollback({ target, cause }, args, context);
    return startAndFollow({ kind: 'rollback', name, fields }, args, context);
  },
};
