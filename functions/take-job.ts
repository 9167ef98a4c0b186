import * as z from 'zod';
import { pollForJobs } from '../aws/codepipeline.ts';
import { type Logger, lambdaHandler } from '../aws/lambda.ts';
import { describeExecution, startExecution } from '../aws/sfn.ts';
import { throwIfAny } from '../core/errors/failure.ts';
import { parseWithSchema } from '../core/parsing/validation.ts';
import {
  executionInput,
  executionName,
  type PipelineJob,
  parseOfferedJob,
  parseTakeJobEvent,
} from '../core/request/job.ts';
import { decideJobRestart } from '../core/request/job-restart.ts';

/** Jobs per poll, and polls per invocation: a pipeline offers only a few, and the schedule polls again in a minute for the rest. */
const jobsPerPoll = 10;
const maxPolls = 5;

const readEnvironment = () =>
  parseWithSchema(z.object({ STATE_MACHINE_ARN: z.string(), PROVIDER: z.string(), VERSION: z.string() }), process.env, {
    what: 'The environment of take-job',
  });

/** What happened to the offered jobs, by execution name. */
export interface TakeJobResult {
  started: string[];
  known: string[];
}

/**
 * Starts the execution of each job before the job is acknowledged, so that a crash in between loses nothing (the job stays offered).
 * An invalid job does not stop the others; its error is thrown at the end, so that Lambda retries and the alarm fires.
 */
export const handler = lambdaHandler(parseTakeJobEvent, async (wake, { logger }): Promise<TakeJobResult> => {
  const { STATE_MACHINE_ARN: machine, PROVIDER: provider, VERSION: version } = readEnvironment();
  const taker = { machine, logger, taken: { started: [], known: [] } };
  if (wake.poll) await takeOfferedJobs({ category: 'Deploy', owner: 'Custom', provider, version }, taker);
  else await takeJob(wake.job, taker);
  return taker.taken;
});

interface TakeJobContext {
  machine: string;
  logger: Logger;
  taken: TakeJobResult;
}

/** Polls until an answer has no new job: a job stays offered until its execution acknowledges it. */
async function takeOfferedJobs(actionType: Parameters<typeof pollForJobs>[0], taker: TakeJobContext): Promise<void> {
  const seen = new Set<string>();
  const errors: unknown[] = [];
  for (let round = 0; round < maxPolls; round++) {
    const offered = await pollForJobs(actionType, jobsPerPoll);
    const results = await Promise.allSettled(
      offered.map(async (given) => takeIfNew(parseOfferedJob(given), seen, taker)),
    );
    errors.push(...results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])));
    if (!results.some((result) => result.status === 'fulfilled' && result.value)) break;
  }
  throwIfAny(errors);
}

async function takeIfNew(job: PipelineJob, seen: Set<string>, taker: TakeJobContext): Promise<boolean> {
  if (seen.has(job.id)) return false;
  seen.add(job.id);
  await takeJob(job, taker);
  return true;
}

async function takeJob(job: PipelineJob, { machine, logger, taken }: TakeJobContext): Promise<void> {
  const name = executionName(job);
  if (await startExecution(machine, name, executionInput(job))) return void taken.started.push(name);
  const claim = decideJobRestart(job, await describeExecution(machine, name));
  logger.info(`The job ${job.id} has been seen before`, { claim });
  if (claim.claim === 'known') return void taken.known.push(name);
  const again = await startExecution(machine, claim.name, executionInput(job));
  taken[again ? 'started' : 'known'].push(claim.name);
}
