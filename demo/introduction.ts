import { defaultStage, pipelineNames, resourceNames } from '../core/config/resource-names.ts';
import type { Config } from '../core/config/schema.ts';
import { listTargetNames } from '../core/config/targets.ts';
import type { ProgressLine } from './progress-line.ts';

/** Lists texts as `a, b and c`. */
const joinWithAnd = (texts: string[]): string =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;

/** Without `pipelines`, the embedded AWS has a pipeline of a team that the configuration allows. */
const describePipelineName = (config: Config): string => {
  const [first] = config.pipelines;
  return first === undefined ? 'a pipeline of your own' : pipelineNames(config, first, defaultStage).pipeline;
};

/** `222222222222 (test/web)`: an account, and the targets in it. */
const describeAccount = (config: Config, account: string): string => {
  const targets = config.targets.filter((target) => target.account === account);
  return `${account} (${joinWithAnd(listTargetNames({ ...config, targets }))})`;
};

/** One line for each reporter of the demo: the pipeline, Gantry's state machines, and ECS in the target accounts. */
export function introduceReporters(config: Config): ProgressLine[] {
  const { machine, rollbackMachine } = resourceNames(config, defaultStage);
  const accounts = [...new Set(config.targets.map(({ account }) => account))];
  const lines: [who: string, what: string][] = [
    ['pipeline', `${describePipelineName(config)}, in the build account ${config.build.account}`],
    ['gantry', `machines ${machine} and ${rollbackMachine}`],
    ['an account', `ECS in ${joinWithAnd(accounts.map((account) => describeAccount(config, account)))}`],
  ];
  return lines.map(([who, what]) => ({ who, what, colour: 'reset' }));
}
