import config from '../gantry.config.ts';
import { bucket, imageRepository } from './artifacts.ts';
import { deploymentRoles } from './deployment-roles.ts';
import { pipeline } from './pipeline.ts';
import { key, plan } from './plan.ts';
import { serviceUrls } from './service.ts';
import { deployMachine } from './workflow.ts';

const { region } = plan;

/** What `sst deploy` prints: links to the console, the names that a build needs, and the commands for the owners of target accounts. */
export const outputs = {
  pipeline: $interpolate`https://${region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/${pipeline.name}/view?region=${region}`,
  workflow: $interpolate`https://${region}.console.aws.amazon.com/states/home?region=${region}#/statemachines/view/${deployMachine.arn}`,
  artifacts: bucket.bucket,
  artifactKey: key.arn,
  images: imageRepository.repositoryUrl,
  deploymentRoles,
  services: serviceUrls,
  templates: config.targets
    .filter((target) => target.setUp === 'template')
    .map((target) => `npm run --silent target-template -- ${target.name} ${plan.stage}`),
};
