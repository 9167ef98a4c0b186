import type { Cloud, Recorded } from '../../local/cloud.ts';
import { judge } from '../../local/judge.ts';
import { type Grant, without } from './grants.ts';

/** Asks a recorded call's question again, of policies that lack this grant. Answers whether it is denied now. */
export async function isDeniedWithout({ iam }: Cloud, call: Recorded, grant: Grant): Promise<boolean> {
  const { at, action, resource, asked } = call;
  const { caller, region, circumstances } = asked;
  const ofResource = grant.principal !== undefined;
  const own = caller.roleArn === undefined ? {} : iam.roles.get(caller.roleArn)?.policies;
  const judged = await judge(
    {
      caller,
      region,
      at,
      action,
      resource,
      circumstances: ofResource ? { ...circumstances, policy: without(grant) } : circumstances,
    },
    ofResource ? own : { ...own, [grant.policy]: without(grant) },
  );
  return 'denied' in judged;
}
