import type { SystemDeclaration } from '../../infra/system.ts';
import type { Caller } from '../../policy-evaluator/caller.ts';
import type { Cloud } from '../cloud.ts';

/** Does one operation as an account's administrator, in the Region that the resource belongs to. */
export type Administrator = (service: string, operation: string, input: unknown) => Promise<unknown>;

const administratorCaller = (account: string): Caller => ({ account, arn: `arn:aws:iam::${account}:user/admin` });

/** Makes an account's administrator, who may do everything in it; answers the keys for a person's shell. */
export function createAdministrator(cloud: Cloud, account: string) {
  const caller = administratorCaller(account);
  const policy = {
    Version: '2012-10-17' as const,
    Statement: [{ Sid: 'AdministratorAccess', Effect: 'Allow', Action: '*', Resource: '*' }],
  };
  cloud.iam.users.set(caller.arn, { arn: caller.arn, policies: { AdministratorAccess: policy } });
  return cloud.iam.issueCredentials(caller);
}

/** An account's administrator at work. */
export const actAsAdministrator =
  (cloud: Cloud, account: string, region: string): Administrator =>
  (service, operation, input) =>
    cloud.invoke(service, operation, input, { caller: administratorCaller(account), region });

/** Puts every role of the system into its account. */
export function installRoles(cloud: Cloud, { roles }: SystemDeclaration): void {
  for (const { arn, trust, policies } of roles) cloud.iam.roles.set(arn, { arn, trust, policies });
}
