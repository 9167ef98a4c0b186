import { buildExecutionArn } from '../core/config/resource-names.ts';
import type { Target } from '../core/model/release.ts';
import type { FailureSignal } from '../core/model/rollback-cause.ts';
import { taskTokensKey } from '../core/model/table-keys.ts';
import type { DeployExecution, StartedDeployment } from '../core/rollback/responsible-execution.ts';
import { findLastStartedDeployment, findWatchers } from '../core/waiting/sleeping-executions.ts';
import { getItem, isTableUnavailable } from './dynamodb.ts';
import { readExecutionRequest } from './execution-request.ts';
import { tryReadLastLeaseHolder } from './lease.ts';
import { findExecution, listRunningExecutions } from './sfn-executions.ts';

/** How many executions are described at a time: DescribeExecution allows 10 a second after the first 250 (Step Functions quotas, smaller Regions). */
const executionsPerBatch = 25;

/**
 * ARNs of executions of `deploy`. If one is present, a rollback has nothing to do: it is responsible for the deployment, or it made the deployment
 * and requested no rollback.
 */
export interface ResponsibleExecutions {
  responsible?: string | undefined;
  declined?: string | undefined;
}

/** The checks whether an execution is responsible for a deployment, and whether it asked for no rollback (core/rollback/responsible-execution.ts). */
export interface ResponsibilityChecks {
  isResponsible: (one: DeployExecution) => boolean;
  declinedRollback: (one: DeployExecution) => boolean;
}

/**
 * Finds the machine's execution that is responsible for a deployment, or that requested no rollback. Usually the lease names the last execution that
 * changed the service, so two calls are enough for any number of running executions. But an older execution may still watch its deployment, or the
 * table may not answer. In these cases every execution that began before the deployment is described.
 */
export async function findResponsibleExecutions(
  machine: string,
  { target, since }: StartedDeployment,
  { isResponsible, declinedRollback }: ResponsibilityChecks,
): Promise<ResponsibleExecutions> {
  const holder = await tryReadLastLeaseHolder(target);
  const named =
    holder === undefined || !isExecutionOf(machine, holder) ? undefined : await describeDeployExecution(holder);
  if (named !== undefined && isResponsible(named)) return { responsible: named.arn };
  if (named !== undefined && declinedRollback(named)) return { declined: named.arn };
  const listed = await listRunningExecutions(machine);
  const others = listed.filter(({ arn, start }) => arn !== holder && start <= since);
  for (let at = 0; at < others.length; at += executionsPerBatch) {
    const found = await Promise.all(
      others.slice(at, at + executionsPerBatch).map(({ arn }) => describeDeployExecution(arn)),
    );
    const responsible = found.find((one) => one !== undefined && isResponsible(one));
    if (responsible !== undefined) return { responsible: responsible.arn };
  }
  return {};
}

/**
 * Returns the ARN of a running execution of the machine that has waited for events of the signalled deployment (after an alarm: of the deployment that began
 * last), according to the service's item in the table. That execution is responsible for the deployment. Two calls find this execution, so an event about a
 * watched deployment causes no more calls. Also undefined if the table does not answer, or if the execution has only polled.
 */
export async function findWatchingExecution(
  machine: string,
  target: Target,
  signal: FailureSignal,
): Promise<string | undefined> {
  const item = await getItem(taskTokensKey(target));
  if (isTableUnavailable(item)) return undefined;
  const deploymentId = signal.kind === 'alarm' ? findLastStartedDeployment(item) : signal.deploymentId;
  const watchers = findWatchers(item, deploymentId).filter((arn) => isExecutionOf(machine, arn));
  for (const arn of watchers) if ((await findExecution(arn))?.status === 'RUNNING') return arn;
  return undefined;
}

/**
 * Whether an execution belongs to the machine. The holder of the lease can also be a rollback. A rollback is not responsible for a deployment, and
 * this function is not allowed to describe it.
 */
const isExecutionOf = (machine: string, execution: string): boolean =>
  execution.startsWith(buildExecutionArn(machine, ''));

async function describeDeployExecution(arn: string): Promise<DeployExecution | undefined> {
  const { status = '', startDate, stopDate, input } = (await findExecution(arn)) ?? {};
  if (startDate === undefined) return undefined;
  return { arn, status, startedAt: startDate, stoppedAt: stopDate, request: await readExecutionRequest(arn, input) };
}
