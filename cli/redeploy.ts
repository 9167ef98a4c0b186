import { parseDeployRequest } from '../core/request/parse.ts';
import { readTargetArgument } from './arguments.ts';
import { deploymentOptions, readDeploymentSettings } from './deploy.ts';
import { resolveDeployedResources } from './deployed-resources.ts';
import { identifyRequester, readRequester, startAndFollow, startHelp, startOptions } from './start.ts';
import { commonHelp, type Verb } from './verb.ts';

const help = `gantry redeploy TARGET   deploy anew what runs: the same revision, new tasks

  --timeout MINUTES       when it counts as failed (default: the service's own, else 60)
  --bake MINUTES          watch alarms for so long after it is stable
                          (default: the service's own, else 0)
  --no-rollback           leave a failed deployment as it is
${startHelp}
${commonHelp}`;

export const redeploy: Verb = {
  help,
  options: { ...deploymentOptions, ...startOptions },
  async run(args, world) {
    const { name } = readTargetArgument(args, world.config);
    const asked = { target: name, ...readDeploymentSettings(args) };
    parseDeployRequest({ ...asked, ...readRequester(args) }, world.config, args.stage);
    const input = { ...asked, ...(await identifyRequester(args, world)) };
    const { deploy: machine } = resolveDeployedResources(world.config, args.stage);
    return startAndFollow({ machine, input }, args, world);
  },
};
