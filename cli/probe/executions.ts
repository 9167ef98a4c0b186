import { z } from 'zod';
import { callAws, type ProbeContext } from './context.ts';

const executionsSchema = z.object({
  pipelineExecutionSummaries: z.array(z.object({ status: z.string() })).default([]),
});

/** The interval between two reads of the executions, and the time that a new pipeline has to start by itself. Milliseconds. */
const checkEveryMs = 10_000;

/**
 * Returns a function that starts the pipeline if its newest execution has failed, or if it has none. CodePipeline starts a new
 * pipeline by itself, and its first executions can fail because IAM does not know the role yet.
 */
export function ensureExecution(context: ProbeContext, pipelineName: string): () => Promise<void> {
  let nextCheck = context.now().getTime() + checkEveryMs;
  return async () => {
    if (context.now().getTime() < nextCheck) return;
    nextCheck = context.now().getTime() + checkEveryMs;
    const answer = await callAws(context, 'codepipeline', 'ListPipelineExecutions', { pipelineName });
    const [newest] = executionsSchema.parse(answer).pipelineExecutionSummaries;
    if (newest === undefined || newest.status === 'Failed')
      await callAws(context, 'codepipeline', 'StartPipelineExecution', { name: pipelineName });
  };
}

const stateSchema = z.object({
  stageStates: z.array(
    z.object({
      actionStates: z.array(
        z.object({
          actionName: z.string(),
          latestExecution: z
            .object({
              status: z.string(),
              errorDetails: z.object({ code: z.string().optional(), message: z.string() }).optional(),
            })
            .optional(),
        }),
      ),
    }),
  ),
});

/** The newest result of an action. */
export interface ProbedActionResult {
  status: string;
  message: string;
  code: string;
}

/** Returns the newest result of a pipeline's action; undefined if it never started. */
export async function readActionResult(
  context: ProbeContext,
  { pipeline: name, action }: { pipeline: string; action: 'Source' | 'Probe' },
): Promise<ProbedActionResult | undefined> {
  const { stageStates } = stateSchema.parse(await callAws(context, 'codepipeline', 'GetPipelineState', { name }));
  const states = stageStates.flatMap(({ actionStates }) => actionStates);
  const found = states.find(({ actionName }) => actionName === action)?.latestExecution;
  if (found === undefined) return undefined;
  const { status, errorDetails } = found;
  return { status, message: errorDetails?.message ?? '', code: errorDetails?.code ?? '' };
}
