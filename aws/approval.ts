import { CodePipelineClient, GetPipelineCommand } from '@aws-sdk/client-codepipeline';
import { type ActionPlace, findApprovalBefore } from '../core/request/approval.ts';

const codepipeline = new CodePipelineClient();

/** How long to wait for the pipeline's declaration, in ms. The state has one minute, and the wait for the table has used a part of it. */
const patienceMs = 5000;

/** Returns the approval before an action, according to the pipeline's declaration; `unknown` if the declaration cannot be read. Never throws. */
export async function readApprovalBefore(
  pipeline: (ActionPlace & { name?: string | undefined }) | undefined,
): Promise<ReturnType<typeof findApprovalBefore>> {
  if (pipeline?.name === undefined) return 'unknown';
  const stages = await readStages(pipeline.name);
  return stages === undefined ? 'unknown' : findApprovalBefore(stages, pipeline);
}

/** Returns the stages of a pipeline's declaration; undefined if it cannot be read in time. Never throws. */
export const readStages = (name: string) =>
  codepipeline.send(new GetPipelineCommand({ name }), { abortSignal: AbortSignal.timeout(patienceMs) }).then(
    (answer) => answer.pipeline?.stages,
    () => undefined,
  );
