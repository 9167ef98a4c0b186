import { authorize } from './authorize.ts';
import type { Call, Cloud } from './cloud.ts';

/** A service that assumes a role on behalf of an account. `sendsSourceAccount`: whether its request includes aws:SourceAccount. */
export interface ServiceRole {
  roleArn: string;
  service: string;
  account: string;
  region: string;
  sendsSourceAccount: boolean;
}

/** Whether the role exists and its trust policy allows the service to assume the role. */
export async function canAssumeServiceRole(cloud: Cloud, request: ServiceRole): Promise<boolean> {
  const { roleArn, service, account, region, sendsSourceAccount } = request;
  const policy = cloud.iam.roles.get(roleArn)?.trust;
  if (policy === undefined) return false;
  const call: Call = {
    cloud,
    caller: { account, arn: service, sendsSourceAccount },
    region,
    operation: 'AssumeRole',
    allow: (action, resource, circumstances) => authorize(call, 'sts', { action, resource, ...circumstances }),
  };
  return call.allow('sts:AssumeRole', roleArn, { policy }).then(
    () => true,
    () => false,
  );
}
