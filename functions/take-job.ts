import * as z from 'zod';
import { poll } from '../aws/codepipeline.ts';
import { door, type Logger } from '../aws/lambda.ts';
import { describe, start } from '../aws/sfn.ts';
import { throwAll } from '../core/errors/failure.ts';
import { parse } from '../core/parsing/validation.ts';
import { executionInput, executionName, type Job, offeredJob, wakeOf } from '../core/request/job.ts';
import { claimOf } from '../core/request/job-restart.ts';

/** Jobs per poll, and polls per wake-up: a pipeline offers a handful, and the schedule comes back in a minute for the rest. */
const batch = 10;
const polls = 5;

const environment = () =>
  parse(z.object({ STATE_MACHINE_ARN: z.string(), PROVIDER: z.string(), VERSION: z.string() }), process.env, {
    what: 'The environment of take-job',
  });

/** What became of the offered jobs, by execution name. */
export interface Taken {
  started: string[];
  known: string[];
}

/**
 * Starts the execution of each job: before it is acknowledged, so that a crash in between loses nothing (the job stays offered).
 * A bad job does not stop the others; its error is thrown at the end, for Lambda to try again and for the alarm.
 */
export const handler = door(wakeOf, async (wake, { logger }): Promise<Taken> => {
  const { STATE_MACHINE_ARN: machine, PROVIDER: provider, VERSION: version } = environment();
  const taker = { machine, logger, taken: { started: [], known: [] } };
  if (wake.poll) await takeOffered({ category: 'Deploy', owner: 'Custom', provider, version }, taker);
  else await take(wake.job, taker);
  return taker.taken;
});

interface Taker {
  machine: string;
  logger: Logger;
  taken: Taken;
}

/** Polls until an answer has nothing new: a job stays offered until its execution acknowledges it. */
async function takeOffered(actionType: Parameters<typeof poll>[0], taker: Taker): Promise<void> {
  const seen = new Set<string>();
  const errors: unknown[] = [];
  for (let round = 0; round < polls; round++) {
    const offered = await poll(actionType, batch);
    const results = await Promise.allSettled(offered.map(async (given) => takeNew(offeredJob(given), seen, taker)));
    errors.push(...results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])));
    if (!results.some((result) => result.status === 'fulfilled' && result.value)) break;
  }
  throwAll(errors);
}

async function takeNew(job: Job, seen: Set<string>, taker: Taker): Promise<boolean> {
  if (seen.has(job.id)) return false;
  seen.add(job.id);
  await take(job, taker);
  return true;
}

async function take(job: Job, { machine, logger, taken }: Taker): Promise<void> {
  const name = executionName(job);
  if (await start(machine, name, executionInput(job))) return void taken.started.push(name);
  const claim = claimOf(job, await describe(machine, name));
  logger.info(`The job ${job.id} has been seen before`, { claim });
  if (claim.claim === 'known') return void taken.known.push(name);
  const again = await start(machine, claim.name, executionInput(job));
  taken[again ? 'started' : 'known'].push(claim.name);
}
