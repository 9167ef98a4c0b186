import type { AwsService, Cloud } from './cloud.ts';
import { buildOperations } from './codebuild/build-operations.ts';
import { projectOperations } from './codebuild/project.ts';
import type { CodeBuild } from './codebuild/state.ts';

/**
 * CodeBuild: actually runs a buildspec's commands on this machine. A build that takes longer than `limitMs` of wall-clock time
 * is killed.
 */
export function codebuild(cloud: Cloud, limitMs = 600_000): AwsService {
  const projects: CodeBuild = { cloud, projectsByArn: new Map(), wallLimitMs: limitMs };
  return {
    name: 'codebuild',
    protocol: 'json',
    operations: { ...projectOperations(projects), ...buildOperations(projects) },
  };
}
