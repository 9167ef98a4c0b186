import { type RequestAnalysis, type RunSimulationResults, runSimulation } from '@cloud-copilot/iam-simulate';
import { AwsError } from './aws-error.ts';
import type { Recorded } from './cloud.ts';
import { becauseOf, sentenceOf } from './denial.ts';
import type { Call, Caller, Circumstances, PolicyDocument } from './service.ts';

type Request = { action: string; resource: string } & Circumstances;

/** All local accounts are in one Organization, which is why refusals across accounts name the policy type (docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html). */
const organization = 'o-gantrylocal';

/** Decides one request by the policies of its caller and of its resource, and records the decision. Throws AccessDenied in AWS's words. */
export async function authorize(call: Call, service: string, request: Request): Promise<void> {
  const { cloud, caller } = call;
  const record: Recorded = {
    at: cloud.clock.now(),
    service,
    operation: call.operation,
    account: caller.account,
    principal: caller.arn,
    action: request.action,
    resource: request.resource,
    allowedBy: [],
  };
  cloud.calls.push(record);
  const analysis = await analyze(call, request);
  if (analysis?.result === 'Allowed') {
    record.allowedBy = allowing(analysis);
    return;
  }
  record.denied = sentenceOf({ ...request, principal: caller.arn }, becauseOf(analysis, request.action));
  throw request.refusal?.(record.denied) ?? refusalOf(call, service, record.denied);
}

/** JSON services refuse with 400 (ECS, KMS, CodePipeline), the others with 403; the XML ones have the shorter name (botocore's error lists). */
const refusalOf = (call: Call, service: string, text: string): AwsError => {
  const protocol = call.cloud.services.get(service)?.protocol;
  const code = protocol === 'query' || protocol === 'rest-xml' ? 'AccessDenied' : 'AccessDeniedException';
  return new AwsError(code, text, protocol === 'json' ? 400 : 403);
};

/** What the policies say; undefined when the caller's own user or role no longer exists, or no statement came near. */
async function analyze(call: Call, request: Request): Promise<RequestAnalysis | undefined> {
  const identity = identityOf(call);
  if (identity === undefined) return undefined;
  const { caller } = call;
  const owner = request.owner ?? (request.resource.split(':')[4] || caller.account);
  const answer = await runSimulation(
    {
      request: {
        principal: caller.arn,
        action: request.action,
        resource: { resource: request.resource, accountId: owner },
        contextVariables: { ...commonContext(call, owner), ...caller.context, ...request.context },
      },
      ...(caller.sessionPolicy ? { sessionPolicy: caller.sessionPolicy } : {}),
      identityPolicies: Object.entries(identity).map(([name, policy]) => ({ name, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(request.policy ? { resourcePolicy: request.policy } : {}),
    },
    {},
  );
  return analysisOf(answer, request);
}

/** A service principal (`events.amazonaws.com`) has no policies of its own: only the resource's can allow it. */
const isService = (caller: Caller): boolean => !caller.arn.startsWith('arn:');

const identityOf = ({ cloud, caller }: Call): Record<string, PolicyDocument> | undefined => {
  if (isService(caller)) return {};
  if (caller.roleArn !== undefined) return cloud.iam.roles.get(caller.roleArn)?.policies;
  return cloud.iam.users.get(caller.arn)?.policies;
};

/** The global keys that every request has (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html). */
const commonContext = ({ cloud, caller, region }: Call, owner: string): Record<string, string> => ({
  'aws:SecureTransport': 'true',
  'aws:CurrentTime': new Date(cloud.clock.now()).toISOString(),
  'aws:RequestedRegion': region,
  'aws:ResourceAccount': owner,
  'aws:PrincipalIsAWSService': String(isService(caller)),
  ...(isService(caller)
    ? { 'aws:PrincipalServiceName': caller.arn, 'aws:SourceAccount': caller.account }
    : {
        'aws:PrincipalArn': caller.roleArn ?? caller.arn,
        'aws:PrincipalAccount': caller.account,
        'aws:PrincipalOrgID': organization,
      }),
});

/** A request that the simulator cannot judge is a mistake of ours, never a silent yes or no. */
const analysisOf = (answer: RunSimulationResults, request: Request): RequestAnalysis | undefined => {
  const asked = `${request.action} on ${request.resource}`;
  if (answer.resultType === 'error') throw new Error(`cannot judge ${asked}: ${JSON.stringify(answer.errors)}`);
  const results = answer.resultType === 'single' ? [answer.result] : answer.results;
  const own = Object.keys(request.context ?? {});
  const ignored = own.filter((key) => results.some((result) => result.ignoredContextKeys?.includes(key)));
  if (ignored.length > 0) throw new Error(`cannot judge ${asked}: it has no context key ${ignored.join(', ')}`);
  return (results.find((result) => result.analysis.result !== 'Allowed') ?? results[0])?.analysis;
};

/** Names as `<policy>/<Sid>`; a statement without a Sid goes by its place, beginning with 1. */
const allowing = (analysis: RequestAnalysis): string[] => {
  const named = (policy: string | undefined, part: RequestAnalysis['identityAnalysis' | 'resourceAnalysis']) =>
    (part?.allowStatements ?? []).map(
      ({ policyId, statement }) => `${policy ?? policyId}/${statement.sid() ?? statement.index()}`,
    );
  return [
    ...named(undefined, analysis.identityAnalysis),
    ...named('session policy', analysis.sessionAnalysis),
    ...named('resource policy', analysis.resourceAnalysis),
  ];
};
