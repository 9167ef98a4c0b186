import { Failure } from '../errors/failure.ts';
import type { DeployRequest } from './fields.ts';

/** Returns the request of a job that rolls back a pipeline's stage (`executionType` ROLLBACK of the pipeline execution): it runs no tasks, and says so first. */
export function omitReleaseTasks({ tasks, ...request }: DeployRequest): DeployRequest {
  const migrations = (tasks?.preDeploy ?? []).map(({ name }) => name);
  const changed =
    migrations.length === 0
      ? []
      : [
          `The pre-deploy task${migrations.length === 1 ? '' : 's'} ${migrations.join(', ')} may have run for the release that is rolled back, and its changes stay.`,
        ];
  return {
    ...request,
    warnings: [
      'CodePipeline rolls back this stage, so no pre-deploy or post-deploy task runs.',
      ...changed,
      ...(request.warnings ?? []),
    ],
  };
}

/** The event of an invoked function names no pipeline execution, and CodePipeline may not have the job (botocore codepipeline, GetJobDetails). */
export const createUnknownExecutionFailure = (jobId: string): Failure =>
  new Failure(
    'ConfigurationError',
    `CodePipeline does not say which pipeline execution the job ${jobId} belongs to, so it is not known whether this is a rollback of the stage, which must not run the tasks in preDeploy and postDeploy. Use Gantry's own action instead of a Lambda invoke action.`,
  );
