import type { PolicyDocument } from './caller.ts';
import { evaluatePolicies } from './evaluate-policies.ts';

/** An account whose rule sends events to a bus. */
export interface BusSender {
  account: string;
  /** The ARN of the rule. */
  rule: string;
  /** Milliseconds since 1970. */
  at: number;
}

const allowEverything: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/** Within one account, IAM would let the sender's identity policies decide alone. EventBridge requires the bus's policy within one account too. */
const anotherOwner = { owner: '000000000000' };

/**
 * Whether a bus's policy admits events of an account. EventBridge checks this at PutTargets, for a bus of another account and also for a bus of the same
 * account in another Region (ministryofjustice/modernisation-platform-environments pull request 19002; aws/aws-cdk pull request 3323).
 */
export async function isAccountAdmitted(
  bus: { arn: string; policy: PolicyDocument | undefined },
  { account, rule, at }: BusSender,
): Promise<boolean> {
  if (bus.policy === undefined) return false;
  const [, partition, , region = '', owner] = bus.arn.split(':');
  const decision = await evaluatePolicies(
    {
      caller: { account, arn: `arn:${partition}:iam::${account}:root` },
      region,
      at,
      action: 'events:PutEvents',
      resource: bus.arn,
      circumstances: { policy: bus.policy, context: { 'aws:SourceArn': rule }, ...(owner === account && anotherOwner) },
    },
    // PutTargets does not check the sender's identity policies. Each delivery checks them.
    { sender: allowEverything },
  );
  return 'allowedBy' in decision;
}
