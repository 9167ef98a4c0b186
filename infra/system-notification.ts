import { eventSource } from '../core/reporting/deployment-event.ts';
import type { Installation } from './installation.ts';
import { type PolicyDocument, policyDocument } from './policy.ts';

/** E-mail about deployments: a topic with one subscriber, and the rule that hands it our events. Local runs send none. */
export interface NotificationDeclaration {
  topic: { name: string; arn: string; policy: PolicyDocument };
  email: string;
  rule: { name: string; description: string; pattern: Record<string, unknown> };
  /** What the e-mail says: `<name>` stands for the part of the event that `paths` gives the name. */
  text: { paths: Record<string, string>; template: string };
}

/** The e-mail that `notify` of the configuration asks for, or undefined. */
export function declareNotification(here: Installation): NotificationDeclaration | undefined {
  const { notify } = here.config;
  if (notify === undefined) return undefined;
  const name = here.names.of('notifications');
  const console = `https://${here.region}.console.aws.amazon.com/states/home?region=${here.region}#/v2/executions/details/`;
  const arn = `arn:aws:sns:${here.region}:${here.account}:${name}`;
  return {
    topic: { name, arn, policy: publishPolicy(arn, here.rule(name)) },
    email: notify.email,
    rule: {
      name,
      description: 'A deployment ended: tell by e-mail',
      pattern: {
        source: [eventSource],
        'detail-type': [{ prefix: 'Gantry Deployment ' }, { prefix: 'Gantry Rollback ' }],
        detail: { end: [{ exists: true }] },
      },
    },
    // No free text: a quotation mark in a value would break the template. The reason stands where the link leads.
    text: {
      paths: {
        what: '$.detail-type',
        service: '$.detail.service.name',
        account: '$.detail.service.account',
        kind: '$.detail.kind',
        execution: '$.detail.execution',
      },
      template: `"<what>: <service> in <account>, by the machine <kind>. Why: ${console}<execution>"`,
    },
  };
}

/** Only this rule may publish (EventBridge user guide, eb-use-resource-based, "Amazon SNS permissions"). */
const publishPolicy = (topic: string, rule: string): PolicyDocument =>
  policyDocument({
    Sid: 'TheRule',
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: ['sns:Publish'],
    Resource: [topic],
    Condition: { ArnEquals: { 'aws:SourceArn': rule } },
  });
