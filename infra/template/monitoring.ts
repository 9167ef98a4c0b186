import { alarmSettings } from '../alarm-settings.ts';
import type { AlarmDeclaration } from '../system-monitoring.ts';
import type { NotificationDeclaration } from '../system-notification.ts';
import { logicalId, type TemplateEntry } from './resource.ts';

export const renderAlarm = (alarm: AlarmDeclaration): TemplateEntry => [
  logicalId(alarm.name, 'Alarm'),
  {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: alarm.name,
      AlarmDescription: alarm.description,
      Namespace: alarm.namespace,
      MetricName: alarm.metric,
      Statistic: alarm.statistic,
      Dimensions: Object.entries(alarm.dimensions).map(([Name, Value]) => ({ Name, Value })),
      Period: alarm.periodSeconds,
      EvaluationPeriods: alarmSettings.evaluationPeriods,
      Threshold: alarmSettings.threshold,
      ComparisonOperator: alarmSettings.comparisonOperator,
      TreatMissingData: alarmSettings.treatMissingData,
      AlarmActions: alarm.actions,
    },
  },
];

const topicId = 'Notifications';

/** The topic for e-mail, and its subscription. */
export const renderNotification = ({ topic, email }: NotificationDeclaration): TemplateEntry[] => [
  [topicId, { Type: 'AWS::SNS::Topic', Properties: { TopicName: topic.name } }],
  [
    `${topicId}Email`,
    {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: topicId }, Protocol: 'email', Endpoint: email },
    },
  ],
];
