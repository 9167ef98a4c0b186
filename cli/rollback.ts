import { parseRollbackRequest } from '../core/request/rollback.ts';
import { readRevisionOption, readTargetArgument } from './arguments.ts';
import { dryRunOptions } from './dry-run-options.ts';
import { readRequester, startAndFollow, startOptions } from './start.ts';
import type { Verb } from './verb.ts';

export const rollback: Verb = {
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
