import { checkManualStartAllowed } from '../core/config/check-entry.ts';
import { parseDeployRequest } from '../core/request/parse.ts';
import { readTargetArgument } from './arguments.ts';
import { deploymentOptions, readDeploymentSettings } from './deploy.ts';
import { readRequester, startAndFollow, startOptions } from './start.ts';
import type { Verb } from './verb.ts';

export const redeploy: Verb = {
  options: { ...deploymentOptions, ...startOptions },
  async run(args, context) {
    const { name } = readTargetArgument(args, context.config);
    const fields = readDeploymentSettings(args);
    const denied = checkManualStartAllowed('deploy', context.config, name);
    if (denied !== undefined) throw denied;
    parseDeployRequest({ target: name, ...fields, ...readRequester(args) }, context.config, args.stage);
    return startAndFollow({ kind: 'deploy', name, fields }, args, context);
  },
};
