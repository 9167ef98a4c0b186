import type { RequestAnalysis } from '@cloud-copilot/iam-simulate';

/** The policy types, as AWS's message names them. */
export type PolicyType = 'identity-based' | 'resource-based' | 'session';

/** Returns AWS's message; only S3 quotes the resource (as in the issues and pages that quote the message). */
export function formatDenial(
  request: { principal: string; action: string; resource: string },
  because: string,
): string {
  const { principal, action, resource } = request;
  const on = action.startsWith('s3:') ? `"${resource}"` : resource;
  return `User: ${principal} is not authorized to perform: ${action} on resource: ${on} ${because}`;
}

/** Returns every policy type that would have to change for the request to be allowed. AWS's message names only one policy type. */
export function policyTypesToChange(
  analysis: RequestAnalysis | undefined,
  request: { action: string; isService: boolean },
): PolicyType[] {
  const denying = analysis && findExplicitDeny(analysis);
  if (denying) return [denying];
  if (request.isService) return ['resource-based'];
  if (analysis === undefined) return ['identity-based'];
  const { sameAccount, identityAnalysis, resourceAnalysis, sessionAnalysis } = analysis;
  const asksResource = !sameAccount || needsResourceGrant(request.action);
  return [
    ...(identityAnalysis?.result === 'Allowed' ? [] : (['identity-based'] as const)),
    ...(asksResource && !grantingResults.has(resourceAnalysis?.result ?? '') ? (['resource-based'] as const) : []),
    ...(sessionAnalysis === undefined || sessionAnalysis.result === 'Allowed' ? [] : (['session'] as const)),
  ];
}

/** Returns the end of AWS's message: the type of policy that denies the request or lacks the permission. As on AWS, this text can mislead. */
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
 * Across accounts, a permission for the whole account is not a permission for one of its roles. So AWS names the resource policy even if the identity policy
 * lacks the permission (measured on Secrets Manager, dev.classmethod.jp).
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

/**
 * If a key or trust policy names neither caller nor account, identity policies have no effect
 * (docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html).
 */
const needsResourceGrant = (action: string): boolean => action.startsWith('kms:') || action.startsWith('sts:');
