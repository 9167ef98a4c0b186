import { type RequestAnalysis, type RunSimulationResults, runSimulation } from '@cloud-copilot/iam-simulate';
import { type AccessQuestion, allowCacheKey, cacheAllow, getCachedAllow } from './allow-cache.ts';
import type { Caller, PolicyDocument } from './caller.ts';
import { explainDenial, formatDenial, type PolicyType, policyTypesToChange } from './denial.ts';

/** The question whether this caller is allowed to do this action on this resource, from this Region at this time (milliseconds since 1970). */
export interface PolicyQuestion extends AccessQuestion {
  at: number;
}

/** Statements are named `<policy>/<Sid>`; `lacking` lists the policy types that would have to allow the request or to stop denying it. */
export type PolicyDecision = { allowedBy: string[] } | { denied: string; lacking: PolicyType[]; deniedBy: string[] };

/**
 * Answers a question from the caller's identity policies (undefined: the user or role does not exist) and the question's own policies. Throws if the
 * question cannot be evaluated.
 */
export async function evaluatePolicies(
  question: PolicyQuestion,
  identity: Record<string, PolicyDocument> | undefined,
): Promise<PolicyDecision> {
  const { caller, action, resource } = question;
  const key = identity && allowCacheKey(question, identity);
  const known = key === undefined ? undefined : getCachedAllow(key);
  if (known !== undefined) return { allowedBy: known };
  const analysis = identity && (await simulate(question, identity));
  if (analysis?.result === 'Allowed') {
    const allowedBy = statementNames(analysis, 'allowStatements');
    if (key !== undefined) cacheAllow(key, allowedBy);
    return { allowedBy };
  }
  return {
    denied: formatDenial({ principal: caller.arn, action, resource }, explainDenial(analysis, action)),
    lacking: policyTypesToChange(analysis, { action, isService: isServicePrincipal(caller) }),
    deniedBy: analysis ? statementNames(analysis, 'denyStatements') : [],
  };
}

/**
 * Whether the caller is a service principal (`events.amazonaws.com`): a service principal has no identity policies, so only the resource policy can allow
 * its request.
 */
export const isServicePrincipal = (caller: Caller): boolean => !caller.arn.startsWith('arn:');

const resourceAccount = ({ caller, resource, circumstances }: PolicyQuestion): string =>
  circumstances.owner ?? (resource.split(':')[4] || caller.account);

/** Returns the result of the policies; undefined if no statement matched. */
async function simulate(
  question: PolicyQuestion,
  identity: Record<string, PolicyDocument>,
): Promise<RequestAnalysis | undefined> {
  const { caller, action, resource, circumstances } = question;
  const answer = await runSimulation(
    {
      request: {
        principal: caller.arn,
        action,
        resource: { resource, accountId: resourceAccount(question) },
        contextVariables: { ...commonContext(question), ...caller.context, ...circumstances.context },
      },
      ...(caller.sessionPolicy ? { sessionPolicy: caller.sessionPolicy } : {}),
      identityPolicies: Object.entries(identity).map(([name, policy]) => ({ name, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(circumstances.policy ? { resourcePolicy: circumstances.policy } : {}),
    },
    {},
  );
  return readAnalysis(answer, question);
}

/**
 * All local accounts are in one Organization, so denials across accounts name the policy type
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html).
 */
const organizationId = 'o-gantrylocal';

/** The global condition keys of every request (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html). */
function commonContext(question: PolicyQuestion): Record<string, string> {
  const { caller, region, at } = question;
  return {
    'aws:SecureTransport': 'true',
    'aws:CurrentTime': new Date(at).toISOString(),
    'aws:RequestedRegion': region,
    'aws:ResourceAccount': resourceAccount(question),
    'aws:PrincipalIsAWSService': String(isServicePrincipal(caller)),
    ...(isServicePrincipal(caller)
      ? {
          'aws:PrincipalServiceName': caller.arn,
          ...(caller.sendsSourceAccount !== false && { 'aws:SourceAccount': caller.account }),
        }
      : {
          'aws:PrincipalArn': caller.roleArn ?? caller.arn,
          'aws:PrincipalAccount': caller.account,
          'aws:PrincipalOrgID': organizationId,
        }),
  };
}

/** Throws if the simulator cannot evaluate a request. This would be a bug of this program, and it must never silently allow or deny a request. */
function readAnalysis(answer: RunSimulationResults, question: PolicyQuestion): RequestAnalysis | undefined {
  const asked = `${question.action} on ${question.resource}`;
  if (answer.resultType === 'error') throw new Error(`cannot judge ${asked}: ${JSON.stringify(answer.errors)}`);
  const results = answer.resultType === 'single' ? [answer.result] : answer.results;
  const own = Object.keys(question.circumstances.context ?? {});
  const ignored = own.filter((key) => results.some((result) => result.ignoredContextKeys?.includes(key)));
  if (ignored.length > 0) throw new Error(`cannot judge ${asked}: it has no context key ${ignored.join(', ')}`);
  return (results.find((result) => result.analysis.result !== 'Allowed') ?? results[0])?.analysis;
}

/** Returns the names as `<policy>/<Sid>`; a statement without a Sid is named by its position, starting with 1. */
function statementNames(analysis: RequestAnalysis, which: 'allowStatements' | 'denyStatements'): string[] {
  const names = (policy: string | undefined, part: RequestAnalysis['identityAnalysis' | 'resourceAnalysis']) =>
    (part?.[which] ?? []).map(
      ({ policyId, statement }) => `${policy ?? policyId}/${statement.sid() ?? statement.index()}`,
    );
  return [
    ...names(undefined, analysis.identityAnalysis),
    ...names('session policy', analysis.sessionAnalysis),
    ...names('resource policy', analysis.resourceAnalysis),
  ];
}
