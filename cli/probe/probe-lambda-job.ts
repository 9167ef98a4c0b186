import { z } from 'zod';
import { callAws, type ProbeContext, pollUntilFound, settleCall } from './context.ts';
import { ensureExecution } from './executions.ts';
import { type CallOutcome, judgeOutcome } from './finding.ts';
import { defineProbe } from './probe.ts';

interface SeenLambdaJob {
  details: CallOutcome;
}

const eventsSchema = z.object({ events: z.array(z.object({ message: z.string() })).default([]) });

/** The id of a job in the function's log. */
async function readJobId(context: ProbeContext): Promise<string | undefined> {
  const answer = await callAws(context, 'logs', 'FilterLogEvents', { logGroupName: context.names.logGroup });
  const found = eventsSchema.parse(answer).events.map(({ message }) => /job ([0-9a-f-]{36})/.exec(message)?.[1]);
  return found.find((id) => id !== undefined);
}

/** A pipeline that invokes a function with a job, while the job waits for its result. */
export const lambdaJobProbe = defineProbe<SeenLambdaJob>({
  settles: ['details-lambda'],
  needs: ['bucket', 'pipelineRole', 'functionRole', 'logGroup', 'function', 'lambdaPipeline'],
  wants: ['key'],
  async observe(context, seen) {
    const ensure = ensureExecution(context, context.names.lambdaPipeline);
    const jobId = await pollUntilFound(context, { everyMs: 5000, limitMs: 300_000 }, async () => {
      await ensure();
      return readJobId(context);
    });
    if (jobId !== undefined)
      seen.details = await settleCall(callAws(context, 'codepipeline', 'GetJobDetails', { jobId }));
  },
  judge: ({ details }) =>
    details === undefined
      ? {}
      : { 'details-lambda': judgeOutcome(details, 'given', { JobNotFoundException: 'refused' }) },
});
