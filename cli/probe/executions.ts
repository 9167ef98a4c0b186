import { z } from 'zod';
import { call, type ProbeContext } from './context.ts';

const executionsSchema = z.object({
  pipelineExecutionSummaries: z.array(z.object({ status: z.string() })).default([]),
});

/** How often the executions are read, and how long a new pipeline has to start by itself. Milliseconds. */
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
    const answer = await call(context, 'codepipeline', 'ListPipelineExecutions', { pipelineName });
    const [newest] = executionsSchema.parse(answer).pipelineExecutionSummaries;
    if (newest === undefined || newest.status === 'Failed')
      await call(context, 'codepipeline', 'StartPipelineExecution', { name: pipelineName });
  };
}

const actionsSchema = z.object({
  actionExecutionDetails: z.array(z.object({ actionName: z.string(), startTime: z.date() })).default([]),
});

/** When the action of the probe's job started; undefined if CodePipeline does not list it. */
export async function readActionStart(context: ProbeContext, execution: string | undefined): Promise<Date | undefined> {
  const filter = execution === undefined ? {} : { filter: { pipelineExecutionId: execution } };
  const asked = { pipelineName: context.names.pipeline, ...filter };
  const answer = await call(context, 'codepipeline', 'ListActionExecutions', asked);
  const found = actionsSchema.parse(answer).actionExecutionDetails.find(({ actionName }) => actionName === 'Probe');
  return found?.startTime;
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

/** The newest result of a pipeline's source action. */
export interface SourceResult {
  status: string;
  message: string;
  code: string;
}

export async function readSourceResult(context: ProbeContext, name: string): Promise<SourceResult | undefined> {
  const { stageStates } = stateSchema.parse(await call(context, 'codepipeline', 'GetPipelineState', { name }));
  const action = stageStates
    .flatMap(({ actionStates }) => actionStates)
    .find(({ actionName }) => actionName === 'Source');
  if (action?.latestExecution === undefined) return undefined;
  const { status, errorDetails } = action.latestExecution;
  return { status, message: errorDetails?.message ?? '', code: errorDetails?.code ?? '' };
}
