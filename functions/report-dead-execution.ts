import * as z from 'zod';
import config from '#config';
import { putFailure, type Told } from '../aws/codepipeline.ts';
import { concludeDead } from '../aws/conclude-dead.ts';
import { door, type Surroundings } from '../aws/lambda.ts';
import { executionInput } from '../aws/sfn.ts';
import { deadExecution, executionsSince, runningExecutions } from '../aws/sfn-executions.ts';
import { defaultStage } from '../core/config/resource-names.ts';
import { throwAll } from '../core/errors/failure.ts';
import { jsonText, parse } from '../core/parsing/validation.ts';
import {
  type DeadExecution,
  deadExecutionReport,
  deadStatuses,
  isTakenOver,
  jobIn,
  newsOf,
} from '../core/reporting/dead-execution.ts';
import { isDue, sweptSince } from '../core/reporting/sweep.ts';
import { startedFor } from '../core/request/execution-input.ts';

/** So many are reported at a time: far below what DescribeExecution (250, then 10 a second) and CodePipeline take. */
const together = 25;

const machine = (): string =>
  parse(z.object({ STATE_MACHINE_ARN: z.string() }), process.env, { what: 'The environment of report-dead-execution' })
    .STATE_MACHINE_ARN;

const runningArns = async (): Promise<string[]> => (await runningExecutions(machine())).map(({ arn }) => arn);

/**
 * Rule on `Step Functions Execution Status Change`: reports the job of an execution that failed, timed out or was aborted.
 * Most have reported themselves and then failed on purpose; of them CodePipeline says that the job is over, which is no error.
 * Its schedule is the guarantee behind the rule: a sweep finds the executions whose news was lost.
 */
export const handler = door(newsOf, async (news, around): Promise<{ told: Told[] }> => {
  const dead = news === 'sweep' ? await sweep(around.now) : [await whole(news)];
  const running = dead.some(({ input }) => jobIn(input) !== undefined) ? await runningArns() : [];
  const results: PromiseSettledResult<Told>[] = [];
  for (let at = 0; at < dead.length; at += together) {
    const reports = dead.slice(at, at + together).map((one) => report(one, running, around));
    results.push(...(await Promise.allSettled(reports)));
  }
  throwAll(results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])));
  return { told: results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])) };
});

type Whole = DeadExecution & { input: string };

const whole = async (dead: DeadExecution): Promise<Whole> => ({
  ...dead,
  input: dead.input ?? (await executionInput(dead.arn)),
});

/** The executions that are due to be looked at: three lists, and a look at those that died lately. */
async function sweep(now: Date): Promise<Whole[]> {
  const lists = await Promise.all(deadStatuses.map((status) => executionsSince(machine(), status, sweptSince(now))));
  const due = lists.flat().filter((one) => isDue(one, now));
  const found = await Promise.all(due.map(({ arn }) => deadExecution(arn)));
  return Promise.all(found.flatMap((dead) => (dead === undefined ? [] : [whole(dead)])));
}

async function report(dead: Whole, running: string[], { now, logger }: Surroundings): Promise<Told> {
  const { arn: execution, start, input } = dead;
  const failure = deadExecutionReport(dead);
  const job = jobIn(input);
  const told =
    job === undefined || isTakenOver(job, execution, running)
      ? 'nobody'
      : await putFailure({ jobId: job.id, failureDetails: { ...failure, externalExecutionId: execution } });
  const whose = job === undefined ? 'no job' : `the job ${job.id}`;
  logger.info(`A dead execution, with ${whose}: told ${told}`, { execution, report: failure });
  for (const target of startedFor(jsonText.safeParse(input).data, config, process.env.STAGE ?? defaultStage))
    await concludeDead({ execution, target, start, reason: failure.message }, { now, logger });
  return told;
}
