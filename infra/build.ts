import { logRetentionDays } from './log-retention.ts';
import type { ArtifactKey } from './plan.ts';
import { findCreatedRole } from './roles.ts';
import type { ProjectDeclaration } from './system-build.ts';

/** Creates the CodeBuild project of a pipeline. */
export function createProject(pipeline: string, planned: ProjectDeclaration, key: ArtifactKey) {
  const { name, description, serviceRole, source, artifacts, environment, logsConfig, timeoutInMinutes } = planned;
  const role = findCreatedRole(serviceRole);
  const log = new aws.cloudwatch.LogGroup(`BuildLog-${pipeline}`, {
    name: logsConfig.cloudWatchLogs.groupName,
    retentionInDays: logRetentionDays,
  });
  return new aws.codebuild.Project(
    `Build-${pipeline}`,
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
}
