import type { SystemDeclaration } from '../../infra/system.ts';
import type { Caller } from '../../policy-evaluator/caller.ts';
import type { Cloud } from '../cloud.ts';
import { iamArn, type Place } from '../partition.ts';

/** Performs one operation as an account's administrator, in the Region of the resource. */
export type Administrator = (service: string, operation: string, input: unknown) => Promise<unknown>;

const administratorCaller = (place: Place): Caller => ({
  account: place.account,
  arn: iamArn(place, 'user/admin'),
});

/** Creates an account's administrator, who is allowed to do everything in it; returns the keys for a user's shell. */
export function createAdministrator(cloud: Cloud, place: Place) {
  const caller = administratorCaller(place);
  const policy = {
    Version: '2012-10-17' as const,
    Statement: [{ Sid: 'AdministratorAccess', Effect: 'Allow', Action: '*', Resource: '*' }],
  };
  cloud.iam.users.set(caller.arn, { arn: caller.arn, policies: { AdministratorAccess: policy } });
  return cloud.iam.issueCredentials(caller);
}

/** Returns a function that performs operations as an account's administrator. */
export const actAsAdministrator =
  (cloud: Cloud, account: string, region: string): Administrator =>
  (service, operation, input) =>
    cloud.invoke(service, operation, input, { caller: administratorCaller({ account, region }), region });

/** Installs every role of the system in its account. */
export function installRoles(cloud: Cloud, { roles }: SystemDeclaration): void {
  for (const { arn, trust, policies } of roles) cloud.iam.roles.set(arn, { arn, trust, policies });
}
