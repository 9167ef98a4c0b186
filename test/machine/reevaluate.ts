import type { AuthorizationRecord, Cloud } from '../../local/cloud.ts';
import { evaluatePolicies } from '../../policy-evaluator/evaluate-policies.ts';
import { type Grant, removeGrant } from './grants.ts';

/** Evaluates a recorded call again, under policies that lack this grant. Returns whether it is denied now. */
export async function isDeniedWithout({ iam }: Cloud, call: AuthorizationRecord, grant: Grant): Promise<boolean> {
  const { at, action, resource, request } = call;
  const { caller, region, circumstances } = request;
  const ofResource = grant.principal !== undefined;
  const own = caller.roleArn === undefined ? {} : iam.roles.get(caller.roleArn)?.policies;
  const judged = await evaluatePolicies(
    {
      caller,
      region,
      at,
      action,
      resource,
      circumstances: ofResource ? { ...circumstances, policy: removeGrant(grant) } : circumstances,
    },
    ofResource ? own : { ...own, [grant.policy]: removeGrant(grant) },
  );
  return 'denied' in judged;
}
