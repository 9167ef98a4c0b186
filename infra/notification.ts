import { plan } from './plan.ts';

const { notification } = plan;

if (notification !== undefined) {
  const topic = new aws.sns.Topic('Notifications', { name: notification.topic.name });
  new aws.sns.TopicPolicy('NotificationsPolicy', {
    arn: topic.arn,
    policy: JSON.stringify(notification.topic.policy),
  });
  new aws.sns.TopicSubscription('NotificationsEmail', {
    topic: topic.arn,
    protocol: 'email',
    endpoint: notification.email,
  });
  const { name, description, pattern } = notification.rule;
  const rule = new aws.cloudwatch.EventRule('Rule-notifications', {
    name,
    description,
    eventPattern: JSON.stringify(pattern),
  });
  new aws.cloudwatch.EventTarget('Target-notifications', {
    rule: rule.name,
    targetId: 'email',
    arn: topic.arn,
    inputTransformer: { inputPaths: notification.text.paths, inputTemplate: notification.text.template },
    deadLetterConfig: { arn: plan.deadLetters.arn },
  });
}
