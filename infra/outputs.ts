import { formatConsoleUrl } from '../core/parsing/partition.ts';
import config from './config.ts';
import { deploymentRoles } from './deployment-roles.ts';
import { pipelines } from './pipeline.ts';
import { key, plan } from './plan.ts';
import { serviceUrls } from './service.ts';
import { deployMachine } from './workflow.ts';

const { region } = plan;

/** Returns one property of each pipeline that Gantry creates, by the pipeline's name. */
const byName = <Value>(pick: (one: (typeof pipelines)[number]) => Value) =>
  Object.fromEntries(pipelines.map((one) => [one.name, pick(one)]));

/** The output of `sst deploy`: links to the console, the names that a build needs, and the commands for the owners of target accounts. */
export const outputs = {
  pipelines: byName(
    (one) =>
      $interpolate`${formatConsoleUrl(region)}/codesuite/codepipeline/pipelines/${one.pipeline}/view?region=${region}`,
  ),
  workflow: $interpolate`${formatConsoleUrl(region)}/states/home?region=${region}#/statemachines/view/${deployMachine.arn}`,
  artifacts: byName((one) => one.artifacts),
  ...(key === undefined ? {} : { artifactKey: key.arn }),
  images: byName((one) => one.images),
  deploymentRoles,
  services: serviceUrls,
  templates: config.targets
    .filter((target) => target.setUp === 'template')
    .map((target) => `npm run --silent gantry -- template target ${target.name} --stage ${plan.stage}`),
};
