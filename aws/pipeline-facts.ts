import type { ExecutionData } from '../core/reporting/execution-data.ts';
import { isStageRollback, pipelineExecutionOf } from '../core/reporting/pipeline-facts.ts';
import { readPipelineFacts } from './codepipeline.ts';

type Asked = Pick<ExecutionData, 'source' | 'record' | 'report' | 'pipelineFacts'>;
type Facts = Pick<ExecutionData, 'pipelineFacts'>;

/**
 * Returns the data of an execution with the facts of its pipeline's execution. Asks CodePipeline only if Record Start got no answer, because the release was
 * refused before that state or because CodePipeline did not answer at that moment. Never throws.
 */
export async function addPipelineFacts<Data extends Asked>(data: Data): Promise<Data & Facts> {
  const pipeline = pipelineExecutionOf(data.source);
  if (pipeline === undefined || isStageRollback(data) !== undefined) return data;
  return { ...data, pipelineFacts: await readPipelineFacts(pipeline.name, pipeline.executionId) };
}
