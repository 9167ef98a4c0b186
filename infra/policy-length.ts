import type { TargetConfig } from '../core/config/check.ts';
import { Failure } from '../core/errors/failure.ts';
import { formatCount } from '../core/parsing/count.ts';
import type { Installation } from './installation.ts';
import type { RoleDeclaration } from './policy.ts';

/** The total length of a role's inline policies, in characters (docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). */
export const maxPolicyLength = 10_240;

export const sumPolicyLengths = (policies: RoleDeclaration['policies']): number =>
  Object.values(policies).reduce((sum, policy) => sum + JSON.stringify(policy).length, 0);

/** The length of a role's trust policy, in characters (the same page; an account can have a higher quota). */
const maxTrustLength = 2048;

/** Returns the role. Throws before the deployment if IAM would refuse its policies. */
export function checkPolicyLength(
  role: RoleDeclaration,
  installation: Installation,
  target: TargetConfig,
): RoleDeclaration {
  const { name } = target;
  const trustLength = JSON.stringify(role.trust).length;
  if (trustLength > maxTrustLength)
    throw new Failure(
      'ConfigurationError',
      `gantry.config.ts cannot be deployed:\n  - the trust policy of the role ${role.name} of targets.${name} has ${trustLength} characters, and IAM accepts ${maxTrustLength}: ` +
        'name fewer viewers, by patterns, or give the target a shorter external id or fewer pipelines.',
    );
  const length = sumPolicyLengths(role.policies);
  if (length <= maxPolicyLength) return role;
  const [parts, advice] = explainPolicyLength(installation, target);
  throw new Failure(
    'ConfigurationError',
    `gantry.config.ts cannot be deployed:\n  - targets.${name} has ${parts}, so the policy of its role ${role.name} has ${length} characters, ` +
      `and IAM accepts ${maxPolicyLength}. ${advice}`,
  );
}

/** Explains what makes the policy of a target's role long, and how to make it shorter. */
function explainPolicyLength({ createdPipelines }: Installation, { services, artifactAccess }: TargetConfig) {
  const readable = artifactAccess === 'read' ? createdPipelines.length : 0;
  const parts = [
    ...(services.length > 0 ? [formatCount(services.length, 'service')] : []),
    ...(readable > 0 ? [`access to the artifacts of ${formatCount(readable, 'pipeline')}`] : []),
  ];
  const advice = [
    ...(services.length > 0
      ? ['Let match name them by patterns, or divide them into two targets, each with its own role.']
      : []),
    ...(readable > 0
      ? ["With artifactAccess: 'none', the role needs no access to artifacts: only the built-in ECS action reads them."]
      : []),
  ];
  return [parts.join(' and '), advice.join(' ')];
}
