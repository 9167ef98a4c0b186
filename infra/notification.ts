import { plan } from './plan.ts';

const { notification } = plan;

if (notification !== undefined) {
  const topic = new aws.sns.Topic('Notifications', { name: notification.topic.name });
  new aws.sns.TopicSubscription('NotificationsEmail', {
    topic: topic.arn,
    protocol: 'email',
    endpoint: notification.email,
  });
}
