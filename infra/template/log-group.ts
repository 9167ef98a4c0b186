import { logRetentionDays } from '../log-retention.ts';
import type { TemplateResource } from './resource.ts';

export const renderLogGroup = (name: string): TemplateResource => ({
  Type: 'AWS::Logs::LogGroup',
  Properties: { LogGroupName: name, RetentionInDays: logRetentionDays },
});
