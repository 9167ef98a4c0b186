import { createDeployerPolicy } from '../../infra/template/deployer-policy.ts';
import { splitPolicy } from '../../infra/template/split-policy.ts';
import { iamArn } from '../partition.ts';
import { codeParameters, type Deployer } from './install-stacks.ts';

/**
 * A person who has only the permissions that `gantry template … --policy` prints for the template. The names of the installation's resources begin with
 * `prefix`.
 */
export const deployAs =
  (prefix: string): Deployer =>
  (cloud, place, template) => {
    const caller = { account: place.account, arn: iamArn(place, 'user/deployer') };
    const { account, region } = place;
    const { CodeBucket: bucket, CodePrefix: keyPrefix } = codeParameters;
    const policy = createDeployerPolicy(template, { account, region, stack: prefix, prefix, bucket, keyPrefix });
    const policies = Object.fromEntries(splitPolicy(policy).map((part, index) => [`Deployer${index}`, part]));
    cloud.iam.users.set(caller.arn, { arn: caller.arn, policies });
    return (service, operation, input) => cloud.invoke(service, operation, input, { caller, region });
  };
