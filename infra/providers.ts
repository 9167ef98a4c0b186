import config from '../gantry.config.ts';
import { plan } from './plan.ts';

type AccountAndRegion = { account: string; region?: string };

const providers = new Map<string, InstanceType<typeof aws.Provider>>();

/** Are things in this account made from here, and not from the template? */
export const isManagedBySst = ({ account }: AccountAndRegion): boolean =>
  account === plan.account || config.targets.some((target) => target.account === account && target.setUp === 'sst');

/** How to make something in an account and Region: the provider that the build account's own work has, or one that assumes the set-up role there. */
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
  const roleArn = `arn:aws:iam::${account}:role/${target?.setUpRole}`;
  return { allowedAccountIds: [account], assumeRoles: [{ roleArn, sessionName: plan.names.prefix }] };
}

/** IAM is the same in every Region, so a role is made in whichever the account is configured with. */
const defaultRegion = (account: string): string =>
  account === plan.account
    ? plan.region
    : (config.targets.find((one) => one.account === account)?.region ?? plan.region);
