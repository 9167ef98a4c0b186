import config from './config.ts';
import { iamRoleArn } from './installation.ts';
import { plan } from './plan.ts';

type AccountAndRegion = { account: string; region?: string };

const providers = new Map<string, InstanceType<typeof aws.Provider>>();

/** Whether `sst deploy` creates the resources in this account, and not the template. */
export const isManagedBySst = ({ account }: AccountAndRegion): boolean =>
  account === plan.account || config.targets.some((target) => target.account === account && target.setUp === 'sst');

/**
 * Returns the provider for an account and Region: the default provider in the build account's Region, otherwise a provider that assumes the target's set-up
 * role.
 */
export function providerOptionsFor({ account, region = defaultRegion(account) }: AccountAndRegion): {
  provider?: InstanceType<typeof aws.Provider>;
} {
  if (account === plan.account && region === plan.region) return {};
  const name = `Account${account}${region}`;
  const provider = providers.get(name) ?? new aws.Provider(name, { region, ...providerIdentity(account) });
  providers.set(name, provider);
  return { provider };
}

function providerIdentity(account: string) {
  if (account === plan.account) return { allowedAccountIds: [account] };
  const target = config.targets.find((one) => one.account === account);
  const roleArn = iamRoleArn({ account, region: plan.region }, `${target?.setUpRole}`);
  return { allowedAccountIds: [account], assumeRoles: [{ roleArn, sessionName: plan.names.prefix }] };
}

/** IAM is global, so any Region of the account can be used to create a role. */
const defaultRegion = (account: string): string =>
  account === plan.account
    ? plan.region
    : (config.targets.find((one) => one.account === account)?.region ?? plan.region);
