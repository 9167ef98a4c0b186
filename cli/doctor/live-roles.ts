import { listRoleArns, readRolePolicies } from '../../aws/iam.ts';
import type { TargetConfig } from '../../core/config/check.ts';
import { isNamePermitted, listAllowedNames } from '../../core/config/target-permissions.ts';
import { iamRoleArn } from '../../infra/installation.ts';
import { lookUp, mapLookup, parsePolicyText } from './lookup.ts';
import type { LookupResult, RoleFacts } from './role-facts.ts';

/** Reads a resource only if the credentials belong to its account. */
export async function inspectInAccount<Thing>(
  own: string | undefined,
  account: string,
  readResource: () => Promise<LookupResult<Thing>>,
): Promise<LookupResult<Thing>> {
  if (own === account) return readResource();
  return { unread: `run this again with credentials of account ${account}` };
}

/** Reads the policies of a role. `own` is the account of the caller's credentials. */
export function inspectRole(arn: string, own: string | undefined): Promise<LookupResult<RoleFacts>> {
  const [, , , , account = '', name = ''] = arn.split(':');
  return inspectInAccount(own, account, async () => {
    const found = await lookUp({ thing: name.replace('/', ' '), account }, () => readRolePolicies(arn));
    return mapLookup(found, ({ trust, policies }) => ({
      trust: parsePolicyText(trust),
      policies: Object.fromEntries(Object.entries(policies).map(([each, text]) => [each, parsePolicyText(text)])),
    }));
  });
}

/** Returns the roles that exist in a target's account and that its deployment role may pass, by ARN. */
export const inspectPassableRoles = (
  target: TargetConfig,
  own: string | undefined,
): Promise<LookupResult<Map<string, LookupResult<RoleFacts>>>> =>
  inspectInAccount(own, target.account, async () => {
    const all = await lookUp({ thing: 'list of roles', account: target.account }, listRoleArns);
    if (!('found' in all)) return all;
    const permissions = listAllowedNames(target);
    const prefix = iamRoleArn(target, '');
    const passable = all.found.filter((arn) => isNamePermitted(permissions, 'passRoles', arn.slice(prefix.length)));
    const roles = new Map<string, LookupResult<RoleFacts>>();
    // Reads the roles one after another, because IAM limits the rate of reads and each role needs several.
    for (const arn of passable) roles.set(arn, await inspectRole(arn, own));
    return { found: roles };
  });
