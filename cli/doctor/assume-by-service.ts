import { type RoleUse, roleUses } from '../../infra/service-principals.ts';
import type { IamRequest } from './iam-request.ts';

/**
 * The requests of a service that assumes roles. If AWS does not document that the service sends `aws:SourceAccount`, the roles must admit its requests with and
 * without the key.
 */
export function assumeRoleRequests(
  use: RoleUse,
  { account, region, roles }: { account: string; region: string; roles: string[] },
): IamRequest[] {
  const { principal: service, sendsKey } = roleUses[use];
  const callers = sendsKey
    ? [{ service, account }]
    : [
        { service, account },
        { service, account, sendsSourceAccount: false },
      ];
  return callers.map((by) => ({ by, region, actions: ['sts:AssumeRole'], on: roles }));
}
