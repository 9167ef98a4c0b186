import { CodePipelineClient, GetPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { rethrowAsFailure } from '../core/errors/aws-failure.ts';
import type { DeployRequest } from '../core/request/fields.ts';
import { createUnknownExecutionFailure, omitReleaseTasks } from '../core/request/stage-rollback.ts';

const codepipeline = new CodePipelineClient();

/**
 * Returns the request without its tasks, if its job belongs to a rollback of a pipeline's stage. Asks CodePipeline only if the request has tasks. Throws a
 * ConfigurationError if the pipeline execution of the job is unknown.
 */
export async function omitTasksIfStageRollback(request: DeployRequest): Promise<DeployRequest> {
  const { job, tasks } = request;
  if (job === undefined || tasks === undefined) return request;
  const { name: pipelineName, executionId: pipelineExecutionId } = job.pipeline ?? {};
  if (pipelineName === undefined || pipelineExecutionId === undefined) throw createUnknownExecutionFailure(job.id);
  const { pipelineExecution } = await codepipeline
    .send(new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }))
    .catch(rethrowAsFailure(`asking CodePipeline for the execution ${pipelineExecutionId} of ${pipelineName}`));
  return pipelineExecution?.executionType === 'ROLLBACK' ? omitReleaseTasks(request) : request;
}
