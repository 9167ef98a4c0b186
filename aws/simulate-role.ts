import { IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { toFailure } from '../core/errors/aws-failure.ts';
import type { Target } from '../core/model/release.ts';
import type { RunPermission } from '../core/schedule/problems.ts';
import type { SessionCredentials } from './sts.ts';

export interface SimulatedRequest {
  action: string;
  resource: string;
  context: Record<string, string>;
}

/** IAM is a global service: the client derives the endpoint from the partition of the Region. */
export const createIamClient = ({ region }: Target, credentials: SessionCredentials): IAMClient =>
  new IAMClient({ region, credentials });

const unknown = (why: string): RunPermission => ({ can: 'unknown', why });

/**
 * Asks IAM whether a role is allowed to send a request. `unknown` if IAM gives no answer, or if a policy depends on a condition key that only the real
 * request has (IAM API reference, SimulatePrincipalPolicy).
 */
export async function simulateRole(
  client: IAMClient,
  role: string,
  { action, resource, context }: SimulatedRequest,
): Promise<RunPermission> {
  const command = new SimulatePrincipalPolicyCommand({
    PolicySourceArn: role,
    ActionNames: [action],
    ResourceArns: [resource],
    ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
      ContextKeyName,
      ContextKeyType: 'string',
      ContextKeyValues: [value],
    })),
  });
  const answer = await client
    .send(command)
    .catch((error: unknown) => toFailure(error, `asking IAM about the role ${role}`));
  if (answer instanceof Error) return unknown(answer.message);
  const { EvalDecision, MissingContextValues = [] } = answer.EvaluationResults?.[0] ?? {};
  if (EvalDecision === 'allowed') return { can: 'run' };
  if (EvalDecision === undefined) return unknown(`IAM did not answer for the role ${role}.`);
  if (MissingContextValues.length === 0 || EvalDecision === 'explicitDeny') return { can: 'not run', action, resource };
  return unknown(`policies of the role ${role} depend on ${MissingContextValues.join(', ')}.`);
}
