import { alarmSettings } from '../alarm-settings.ts';
import type { AlarmDeclaration } from '../system-monitoring.ts';
import type { NotificationDeclaration } from '../system-notification.ts';
import { createAfter, logicalId, type TemplateEntry } from './resource.ts';
import { deadLettersId, ruleId } from './resource-ids.ts';

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

/** The topic with its policy and its subscription, and the rule that sends Gantry's events to it. */
export const renderNotification = (
  { topic, email, rule, text }: NotificationDeclaration,
  deadLetters: string,
): TemplateEntry[] => [
  [topicId, { Type: 'AWS::SNS::Topic', Properties: { TopicName: topic.name } }],
  [
    `${topicId}Policy`,
    { Type: 'AWS::SNS::TopicPolicy', Properties: { Topics: [{ Ref: topicId }], PolicyDocument: topic.policy } },
  ],
  [
    `${topicId}Email`,
    {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: topicId }, Protocol: 'email', Endpoint: email },
    },
  ],
  [
    ruleId(rule),
    createAfter([deadLettersId], {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: rule.name,
        Description: rule.description,
        EventPattern: rule.pattern,
        Targets: [
          {
            Id: 'email',
            Arn: { Ref: topicId },
            InputTransformer: { InputPathsMap: text.paths, InputTemplate: text.template },
            DeadLetterConfig: { Arn: deadLetters },
          },
        ],
      },
    }),
  ],
];
