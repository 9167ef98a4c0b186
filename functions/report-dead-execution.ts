import * as z from 'zod';
import config from '#config';
import { recordDeadExecutionEnd } from '../aws/conclude-dead-execution.ts';
import { addRequestToDeadExecution, type DeadExecutionWithRequest } from '../aws/dead-execution-request.ts';
import { type ClockAndLogger, createLambdaHandler } from '../aws/lambda.ts';
import { concludeOrphanedCommand, concludeOrphanedTasks } from '../aws/orphaned-tasks.ts';
import { addPipelineFacts } from '../aws/pipeline-facts.ts';
import { reportDeadJob } from '../aws/report-dead-job.ts';
import {
  findDeadExecution,
  listExecutionsSince,
  listRunningExecutions,
  readLastStateData,
} from '../aws/sfn-executions.ts';
import { defaultStage, isCommandExecution } from '../core/config/resource-names.ts';
import { throwErrorsIfAny } from '../core/errors/failure.ts';
import { parseExecutionSource } from '../core/model/execution-source.ts';
import type { Target } from '../core/model/release.ts';
import { parseWithSchema } from '../core/parsing/validation.ts';
import { tryParseCommandFamily } from '../core/release-tasks/command.ts';
import {
  createDeadExecutionReport,
  deadStatuses,
  isJobTakenOver,
  omitReportedCause,
  parseSweepOrDeadExecution,
  tryParseJobOfRequest,
} from '../core/reporting/dead-execution.ts';
import type { FailureReport } from '../core/reporting/failure-report.ts';
import { needsLateLedgerEntry } from '../core/reporting/late-entry.ts';
import { calculateSweepCutoff, isDueForSweep } from '../core/reporting/sweep.ts';
import { tryParseCommandRequest } from '../core/request/command.ts';
import { targetsOfExecution } from '../core/request/execution-input.ts';
import { getOwnActionIdentifiers } from '../core/request/gantry-actions.ts';
import type { JobIdentity } from '../core/request/job-restart.ts';
import { selectReleaseTasks } from '../core/request/release-tasks.ts';

const stage = process.env.STAGE ?? defaultStage;
const own = getOwnActionIdentifiers(config, stage);

type DeadJobDelivery = Awaited<ReturnType<typeof reportDeadJob>>;

/**
 * The number of jobs that are reported at the same time. It is far below the limits of DescribeExecution (250 at once, after that 10 a second) and of
 * CodePipeline.
 */
const reportsPerBatch = 25;

/** The second machine exists if people can run commands in any target. */
const environmentSchema = z.object({ STATE_MACHINE_ARN: z.string(), COMMAND_MACHINE_ARN: z.string().optional() });

const readMachines = () =>
  parseWithSchema(environmentSchema, process.env, { what: 'The environment of report-dead-execution' });

const listRunningArns = async (): Promise<string[]> =>
  (await listRunningExecutions(readMachines().STATE_MACHINE_ARN)).map(({ arn }) => arn);

/**
 * A rule on `Step Functions Execution Status Change` invokes this function. It reports the job of an execution that failed, timed out or was aborted. Most
 * of these executions reported their job and failed on purpose afterwards. For such a job, CodePipeline answers that the job has ended, which is not an
 * error. The schedule covers lost events: a sweep finds the executions whose events did not arrive.
 */
export const handler = createLambdaHandler(
  parseSweepOrDeadExecution,
  async (trigger, clockAndLogger): Promise<{ deliveries: DeadJobDelivery[] }> => {
    const dead =
      trigger === 'sweep' ? await sweep(clockAndLogger.now) : [await addRequestToDeadExecution(trigger, own)];
    const running = dead.some(({ request }) => tryParseJobOfRequest(request) !== undefined)
      ? await listRunningArns()
      : [];
    const results: PromiseSettledResult<DeadJobDelivery>[] = [];
    for (let at = 0; at < dead.length; at += reportsPerBatch) {
      const reports = dead.slice(at, at + reportsPerBatch).map((one) => report(one, running, clockAndLogger));
      results.push(...(await Promise.allSettled(reports)));
    }
    throwErrorsIfAny(results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])));
    return { deliveries: results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])) };
  },
);

/** Returns the executions that are due for a check. Lists three statuses of each machine, and describes each execution that died recently. */
async function sweep(now: Date): Promise<DeadExecutionWithRequest[]> {
  const { STATE_MACHINE_ARN: deploy, COMMAND_MACHINE_ARN: commands } = readMachines();
  const lists = await Promise.all(
    [deploy, ...(commands === undefined ? [] : [commands])].flatMap((machine) =>
      deadStatuses.map((status) => listExecutionsSince(machine, status, calculateSweepCutoff(now))),
    ),
  );
  const due = lists.flat().filter((one) => isDueForSweep(one, now));
  const found = await Promise.all(due.map(({ arn }) => findDeadExecution(arn)));
  return Promise.all(found.flatMap((dead) => (dead === undefined ? [] : [addRequestToDeadExecution(dead, own)])));
}

/** Concludes the execution even if CodePipeline does not answer. The error is thrown after that, so that the report is tried again. */
async function report(
  dead: DeadExecutionWithRequest,
  running: string[],
  clockAndLogger: ClockAndLogger,
): Promise<DeadJobDelivery> {
  if (isCommandExecution(dead.arn)) return concludeCommand(dead, clockAndLogger);
  const { arn: execution, start, request } = dead;
  const targets = targetsOfExecution(request, config, stage);
  const tasks = (
    await Promise.all(targets.map((target) => concludeTasks({ execution, target }, clockAndLogger)))
  ).flat();
  const source = parseExecutionSource(request);
  // Most executions that failed have reported themselves, so their message is not needed.
  const { pipelineFacts } = dead.status === 'FAILED' ? {} : await addPipelineFacts({ source });
  const recorded = createDeadExecutionReport(omitReportedCause(dead), { tasks, pipelineFacts });
  const claimed = tryParseJobOfRequest(request);
  const failure = createDeadExecutionReport(dead, { tasks, pipelineFacts });
  const [delivery] = await Promise.allSettled([reportJob(dead, claimed, { running, failure })]);
  const whose = claimed === undefined ? 'no job' : `the job ${claimed.id}`;
  const what = delivery.status === 'fulfilled' ? delivery.value : String(delivery.reason);
  clockAndLogger.logger.info(`A dead execution, with ${whose}: ${what}`, { execution, report: recorded });
  const isTakenOver = claimed !== undefined && isJobTakenOver(claimed, execution, running);
  const isDelivered = delivery.status === 'fulfilled' && delivery.value === 'delivered';
  const isLate = needsLateLedgerEntry({ ...dead, source, isTakenOver, isDelivered });
  const end = { execution, start, reason: recorded.message, source: isLate ? source : undefined, pipelineFacts };
  for (const target of targets) await recordDeadExecutionEnd({ ...end, target }, clockAndLogger);
  if (delivery.status === 'rejected') throw delivery.reason;
  return delivery.value;
}

/** Stops the task of a dead command, because the task must not continue unnoticed. A command has no job, no lease and no ledger entry. */
async function concludeCommand(
  { arn: execution, request }: DeadExecutionWithRequest,
  clock: ClockAndLogger,
): Promise<DeadJobDelivery> {
  const target = tryParseCommandRequest(request, config, stage)?.target;
  if (target === undefined) return 'job over';
  const family = tryParseCommandFamily(await readLastStateData(execution).catch(() => undefined));
  const tasks = await concludeOrphanedCommand({ execution, target }, family, clock);
  clock.logger.info('A dead execution of a command', { execution, tasks });
  return 'job over';
}

/** Concludes the tasks of a dead execution. Only a service with tasks in the configuration can have a task that still runs. */
async function concludeTasks(owner: { execution: string; target: Target }, clock: ClockAndLogger): Promise<string[]> {
  const tasks = selectReleaseTasks(config, stage, owner.target);
  return tasks === undefined ? [] : concludeOrphanedTasks(owner, tasks, clock);
}

const reportJob = async (
  dead: DeadExecutionWithRequest,
  claimed: JobIdentity | undefined,
  { running, failure }: { running: string[]; failure: FailureReport },
): Promise<DeadJobDelivery> =>
  claimed === undefined ? 'job over' : reportDeadJob({ execution: dead.arn, claimed, failure, running }, own);
