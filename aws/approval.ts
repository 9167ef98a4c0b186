import { type ActionInStage, findApprovalBefore } from '../core/request/approval.ts';
import { readPipelineStages } from './pipeline-stages.ts';

/** Returns the approval before an action, according to the pipeline's declaration; `unknown` if the declaration cannot be read. Never throws. */
export async function readApprovalBefore(
  pipeline: (ActionInStage & { name?: string | undefined }) | undefined,
): Promise<ReturnType<typeof findApprovalBefore>> {
  if (pipeline?.name === undefined) return 'unknown';
  const stages = await readPipelineStages(pipeline.name);
  return stages === undefined ? 'unknown' : findApprovalBefore(stages, pipeline);
}
