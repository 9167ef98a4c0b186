import { checkEntry } from '../core/config/check-entry.ts';
import { parseDeployRequest } from '../core/request/parse.ts';
import { readTargetArgument } from './arguments.ts';
import { deploymentOptions, readDeploymentSettings, taskHelp } from './deploy.ts';
import { readRequester, startAndFollow, startHelp, startOptions } from './start.ts';
import { commonHelp, type Verb } from './verb.ts';

const help = `  --timeout MINUTES       fail it if it is not stable by then
                          (default: the service's own, else 60)
  --bake MINUTES          how long to watch alarms after it is stable
                          (default: the service's own, else 0)
  --no-rollback           leave a failed deployment as it is
${taskHelp}
${startHelp}
${commonHelp}`;

export const redeploy: Verb = {
  help,
  options: { ...deploymentOptions, ...startOptions },
  async run(args, context) {
    const { name } = readTargetArgument(args, context.config);
    const fields = readDeploymentSettings(args);
    const denied = checkEntry('deploy', context.config, name);
    if (denied !== undefined) throw denied;
    parseDeployRequest({ target: name, ...fields, ...readRequester(args) }, context.config, args.stage);
    return startAndFollow({ kind: 'deploy', name, fields }, args, context);
  },
};
