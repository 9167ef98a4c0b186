import { logRetentionDays } from './log-retention.ts';
import { key, plan } from './plan.ts';
import { findCreatedRole } from './roles.ts';

const { name, description, serviceRole, source, artifacts, environment, logsConfig, timeoutInMinutes } = plan.project;
const role = findCreatedRole(serviceRole);

const log = new aws.cloudwatch.LogGroup('BuildLog', {
  name: logsConfig.cloudWatchLogs.groupName,
  retentionInDays: logRetentionDays,
});

/** The CodeBuild project. */
export const project = new aws.codebuild.Project(
  'Build',
  {
    name,
    description,
    serviceRole: role.arn,
    encryptionKey: key.arn,
    source,
    artifacts,
    environment,
    logsConfig: { cloudwatchLogs: { status: logsConfig.cloudWatchLogs.status, groupName: log.name } },
    buildTimeout: timeoutInMinutes,
  },
  { dependsOn: role.dependsOn },
);
