import type { RequestAnalysis } from '@cloud-copilot/iam-simulate';

/** The types of policy, as AWS's sentence names them. */
export type PolicyType = 'identity-based' | 'resource-based' | 'session';

/** AWS's sentence; only S3 puts the resource in quotes (as in the issues and pages that quote it). */
export function formatDenial(asked: { principal: string; action: string; resource: string }, because: string): string {
  const { principal, action, resource } = asked;
  const on = action.startsWith('s3:') ? `"${resource}"` : resource;
  return `User: ${principal} is not authorized to perform: ${action} on resource: ${on} ${because}`;
}

/** Every policy that would have to be changed for the request to be allowed: what AWS's sentence, which names one of them, does not say. */
export function policyTypesToChange(
  analysis: RequestAnalysis | undefined,
  asked: { action: string; isService: boolean },
): PolicyType[] {
  const denying = analysis && findExplicitDeny(analysis);
  if (denying) return [denying];
  if (asked.isService) return ['resource-based'];
  if (analysis === undefined) return ['identity-based'];
  const { sameAccount, identityAnalysis, resourceAnalysis, sessionAnalysis } = analysis;
  const asksResource = !sameAccount || needsResourceGrant(asked.action);
  return [
    ...(identityAnalysis?.result === 'Allowed' ? [] : (['identity-based'] as const)),
    ...(asksResource && !grantingResults.has(resourceAnalysis?.result ?? '') ? (['resource-based'] as const) : []),
    ...(sessionAnalysis === undefined || sessionAnalysis.result === 'Allowed' ? [] : (['session'] as const)),
  ];
}

/** The end of AWS's sentence: which type of policy denies, or lacks the permission. It may mislead, as on AWS. */
export function explainDenial(analysis: RequestAnalysis | undefined, action: string): string {
  const denying = analysis && findExplicitDeny(analysis);
  if (denying) return `with an explicit deny in ${denying === 'identity-based' ? 'an' : 'a'} ${denying} policy`;
  return `because no ${blamedPolicyType(analysis, action)} policy allows the ${action} action`;
}

const findExplicitDeny = (analysis: RequestAnalysis): PolicyType | undefined => {
  if (analysis.identityAnalysis?.result === 'ExplicitlyDenied') return 'identity-based';
  const resource = analysis.resourceAnalysis?.result;
  if (resource === 'ExplicitlyDenied' || resource === 'DeniedForAccount') return 'resource-based';
  return analysis.sessionAnalysis?.result === 'ExplicitlyDenied' ? 'session' : undefined;
};

/**
 * Across accounts a grant to the whole account counts as no grant to its role, so AWS blames the resource's policy
 * even where the identity's is what is missing (measured on Secrets Manager, dev.classmethod.jp).
 */
const blamedPolicyType = (analysis: RequestAnalysis | undefined, action: string): PolicyType => {
  if (analysis === undefined) return 'identity-based';
  const { sameAccount, identityAnalysis, resourceAnalysis, sessionAnalysis } = analysis;
  const identity = identityAnalysis?.result === 'Allowed';
  const resource = resourceAnalysis?.result ?? 'NotApplicable';
  const resourceEnough = sameAccount
    ? !needsResourceGrant(action) || resource !== 'ImplicitlyDenied'
    : grantingResults.has(resource);
  if (identity && resourceEnough && sessionAnalysis?.result === 'ImplicitlyDenied') return 'session';
  if (!sameAccount) return resource === 'Allowed' && !identity ? 'identity-based' : 'resource-based';
  return identity || !resourceEnough ? 'resource-based' : 'identity-based';
};

const grantingResults = new Set<string>(['Allowed', 'AllowedForAccount']);

/** A key or trust policy that names neither caller nor account leaves identity policies without a say (docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html). */
const needsResourceGrant = (action: string): boolean => action.startsWith('kms:') || action.startsWith('sts:');
