import { buildExecutionArn } from '../core/config/resource-names.ts';
import { jsonTextSchema } from '../core/parsing/validation.ts';
import type { DeployExecution, StartedDeployment } from '../core/rollback/responsible-execution.ts';
import { readLastHolder } from './lease.ts';
import { findExecution, listRunningExecutions } from './sfn-executions.ts';

/** So many are looked at together: DescribeExecution takes 10 a second after the first 250 (Step Functions quotas, smaller Regions). */
const executionsPerBatch = 25;

/** Executions of `deploy` by their ARN that leave nothing for another to do: the one that cares for a deployment, or the one whose own it was and that declined a way back. */
export interface ResponsibleExecutions {
  caring?: string | undefined;
  declined?: string | undefined;
}

/** What makes an execution the one or the other (core/rollback/responsible-execution.ts). */
export interface ResponsibilityRules {
  cares: (one: DeployExecution) => boolean;
  declines: (one: DeployExecution) => boolean;
}

/**
 * Who of the machine's executions cares for a deployment, or declined a way back. Mostly the lease names it, in two calls however many run: who
 * changed the service last. An older one may still watch what it did, or the table not answer: then all that began before the deployment are asked.
 */
export async function findResponsibleExecutions(
  machine: string,
  { target, since }: StartedDeployment,
  { cares, declines }: ResponsibilityRules,
): Promise<ResponsibleExecutions> {
  const holder = await readLastHolder(target);
  const named =
    holder === undefined || !isExecutionOf(machine, holder) ? undefined : await describeDeployExecution(holder);
  if (named !== undefined && cares(named)) return { caring: named.arn };
  if (named !== undefined && declines(named)) return { declined: named.arn };
  const listed = await listRunningExecutions(machine);
  const others = listed.filter(({ arn, start }) => arn !== holder && start <= since);
  for (let at = 0; at < others.length; at += executionsPerBatch) {
    const found = await Promise.all(
      others.slice(at, at + executionsPerBatch).map(({ arn }) => describeDeployExecution(arn)),
    );
    const caring = found.find((one) => one !== undefined && cares(one));
    if (caring !== undefined) return { caring: caring.arn };
  }
  return {};
}

/** The lease may be with a way back, perhaps the one that asks. None of them goes back a second time, so it takes care of nothing; nor may it be described here. */
const isExecutionOf = (machine: string, execution: string): boolean =>
  execution.startsWith(buildExecutionArn(machine, ''));

async function describeDeployExecution(arn: string): Promise<DeployExecution | undefined> {
  const { status = '', startDate, stopDate, input } = (await findExecution(arn)) ?? {};
  if (startDate === undefined) return undefined;
  return { arn, status, startedAt: startDate, stoppedAt: stopDate, input: jsonTextSchema.safeParse(input).data };
}
