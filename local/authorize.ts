import type { PolicyDocument } from '../policy-evaluator/caller.ts';
import { evaluatePolicies, isServicePrincipal } from '../policy-evaluator/evaluate-policies.ts';
import { AwsError } from './aws-error.ts';
import type { AuthorizationDetails, AuthorizationRecord, Call } from './cloud.ts';

type ActionRequest = { action: string; resource: string } & AuthorizationDetails;

/**
 * Authorizes one request by the policies of its caller and its resource, and records the decision. Throws AccessDenied in AWS's
 * wording.
 */
export async function authorize(call: Call, service: string, request: ActionRequest): Promise<void> {
  const { cloud, caller, region } = call;
  if (cloud.skipAuthorization) return;
  const { action, resource, ...circumstances } = request;
  const at = cloud.clock.now();
  const record: AuthorizationRecord = {
    at,
    service,
    operation: call.operation,
    account: caller.account,
    principal: caller.arn,
    action,
    resource,
    allowedBy: [],
    request: { caller, region, circumstances },
  };
  cloud.authorizations.push(record);
  const judgement = await evaluatePolicies(
    { caller, region, at, action, resource, circumstances },
    identityPolicies(call),
  );
  if ('allowedBy' in judgement) {
    record.allowedBy = judgement.allowedBy;
    return;
  }
  record.denied = judgement.denied;
  throw request.toDenial?.(record.denied) ?? accessDenied(call, service, record.denied);
}

/**
 * Services with a JSON protocol (ECS, KMS, CodePipeline) deny with status 400, all others with 403. Services with an XML protocol use the shorter
 * error name (botocore's error lists).
 */
const accessDenied = (call: Call, service: string, text: string): AwsError => {
  const protocol = call.cloud.services.get(service)?.protocol;
  const code = protocol === 'query' || protocol === 'rest-xml' ? 'AccessDenied' : 'AccessDeniedException';
  return new AwsError(code, text, protocol === 'json' ? 400 : 403);
};

/** Returns undefined if the caller's user or role no longer exists. */
const identityPolicies = ({ cloud, caller }: Call): Record<string, PolicyDocument> | undefined => {
  if (isServicePrincipal(caller)) return {};
  if (caller.roleArn !== undefined) return cloud.iam.roles.get(caller.roleArn)?.policies;
  return cloud.iam.users.get(caller.arn)?.policies;
};
