import { formatArn, formatConsoleUrl } from '../core/parsing/partition.ts';
import { eventSource } from '../core/reporting/deployment-event.ts';
import type { Installation } from './installation.ts';
import { type PolicyDocument, policyDocument } from './policy.ts';
import { deliveryStatement } from './service-principals.ts';

/** E-mail about deployments: a topic with one subscription, and the rule that sends Gantry's events to it. The embedded AWS sends no e-mail. */
export interface NotificationDeclaration {
  topic: { name: string; arn: string; policy: PolicyDocument };
  email: string;
  rule: { name: string; description: string; pattern: Record<string, unknown> };
  /** The text of the e-mail. `paths` says which part of the event replaces `<name>`. */
  text: { paths: Record<string, string>; template: string };
}

/** The e-mail that `notify` in the configuration asks for. Undefined without `notify`. */
export function declareNotification(installation: Installation): NotificationDeclaration | undefined {
  const { notify } = installation.config;
  if (notify === undefined) return undefined;
  const name = installation.names.of('notifications');
  const console = `${formatConsoleUrl(installation.region)}/states/home?region=${installation.region}#/v2/executions/details/`;
  const arn = formatArn('sns', installation, name);
  return {
    topic: { name, arn, policy: publishPolicy(arn, installation.rule(name)) },
    email: notify.email,
    rule: {
      name,
      description: 'A deployment ended: send an e-mail',
      pattern: {
        source: [eventSource],
        // Another account can send events to this bus, too, if the bus's policy admits it.
        account: [installation.account],
        'detail-type': [{ prefix: 'Gantry Deployment ' }, { prefix: 'Gantry Rollback ' }],
        detail: { end: [{ exists: true }] },
      },
    },
    // The template contains no values with free text, because a quotation mark in a value would break it. The link leads to the reason.
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

/** The topic's policy: only this rule is allowed to publish (EventBridge User Guide, "Amazon SNS permissions"). */
const publishPolicy = (topic: string, rule: string): PolicyDocument =>
  policyDocument(deliveryStatement('topic', { Sid: 'Rule', action: 'sns:Publish', resource: topic, rules: [rule] }));
