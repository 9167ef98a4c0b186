import { type PolicyCondition, type PolicyDocument, policyDocument, type Statement } from './policy.ts';

/** One use of a role or of a resource by an AWS service. */
interface ServiceUse {
  principal: string;
  /** Whether AWS's documentation says that the service sends the condition key: `aws:SourceAccount` for a role, `aws:SourceArn` for a resource. */
  sendsKey: boolean;
  source: string;
}

/**
 * The services that assume Gantry's roles. A strict condition on a key that the service does not send would deny every request. So the condition is
 * strict only if the documentation says that the key is sent (docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html).
 */
export const roleUses = {
  CodeBuild: {
    principal: 'codebuild.amazonaws.com',
    sendsKey: true,
    source: 'CodeBuild User Guide, "Cross-service confused deputy prevention"',
  },
  CodePipeline: {
    principal: 'codepipeline.amazonaws.com',
    sendsKey: false,
    source: 'CodePipeline User Guide, "Create the CodePipeline service role (CLI)": its trust policy has no condition',
  },
  'ECS task': {
    principal: 'ecs-tasks.amazonaws.com',
    sendsKey: true,
    source: 'ECS Developer Guide, "Amazon ECS task IAM role"',
  },
  'ECS task execution': {
    principal: 'ecs-tasks.amazonaws.com',
    sendsKey: false,
    source: 'ECS Developer Guide, "Amazon ECS task execution IAM role": its trust policy has no condition',
  },
  EventBridge: {
    principal: 'events.amazonaws.com',
    sendsKey: false,
    source:
      'EventBridge User Guide, "Cross-service confused deputy prevention": about the resources of targets, not about their roles',
  },
  'EventBridge Scheduler': {
    principal: 'scheduler.amazonaws.com',
    sendsKey: true,
    source: 'EventBridge Scheduler User Guide, "Confused deputy prevention"',
  },
  Lambda: {
    principal: 'lambda.amazonaws.com',
    sendsKey: false,
    source: 'Lambda Developer Guide, "Defining Lambda function permissions with an execution role": no such key',
  },
  'Step Functions': {
    principal: 'states.amazonaws.com',
    sendsKey: true,
    source: 'Step Functions Developer Guide, "Preventing cross-service confused deputy issue"',
  },
} satisfies Record<string, ServiceUse>;

export type RoleUse = keyof typeof roleUses;

/** The resources of Gantry that EventBridge delivers to. */
export const deliveryUses = {
  'dead-letter queue': {
    principal: 'events.amazonaws.com',
    sendsKey: true,
    source: 'EventBridge User Guide, "Using dead-letter queues to process undelivered events"',
  },
} satisfies Record<string, ServiceUse>;

/** A condition that holds for `value`. If the service may omit the key, the condition also holds for a request without the key. */
const condition = (
  { sendsKey }: ServiceUse,
  operator: 'StringEquals' | 'ArnEquals',
  pair: Record<string, string | string[]>,
): PolicyCondition => ({ [sendsKey ? operator : `${operator}IfExists`]: pair });

/** The trust policy of a role that a service assumes for this account only. */
export function serviceTrustPolicy(use: RoleUse, account: string): PolicyDocument {
  const found: ServiceUse = roleUses[use];
  return policyDocument({
    Sid: 'Service',
    Effect: 'Allow',
    Principal: { Service: found.principal },
    Action: ['sts:AssumeRole'],
    Condition: condition(found, 'StringEquals', { 'aws:SourceAccount': account }),
  });
}

/** The statement of a resource's policy that lets EventBridge deliver the events of these rules. */
export function deliveryStatement(
  use: keyof typeof deliveryUses,
  { Sid, action, resource, rules }: { Sid: string; action: string; resource: string; rules: string[] },
): Statement {
  const found: ServiceUse = deliveryUses[use];
  return {
    Sid,
    Effect: 'Allow',
    Principal: { Service: found.principal },
    Action: [action],
    Resource: [resource],
    Condition: condition(found, 'ArnEquals', { 'aws:SourceArn': rules }),
  };
}
