import { executionArnOf } from '../core/config/resource-names.ts';
import { jsonText } from '../core/parsing/validation.ts';
import type { Begun, DeployExecution } from '../core/rollback/responsible-release.ts';
import { lastHolder } from './lease.ts';
import { findExecution, runningExecutions } from './sfn-executions.ts';

/** So many are looked at together: DescribeExecution takes 10 a second after the first 250 (Step Functions quotas, smaller Regions). */
const together = 25;

/** Executions of `deploy` by their ARN that leave nothing for another to do: the one that cares for a deployment, or the one whose own it was and that declined a way back. */
export interface Care {
  caring?: string | undefined;
  declined?: string | undefined;
}

/** What makes an execution the one or the other (core/rollback/responsible-release.ts). */
export interface Caring {
  cares: (one: DeployExecution) => boolean;
  declines: (one: DeployExecution) => boolean;
}

/**
 * Who of the machine's executions cares for a deployment, or declined a way back. Mostly the lease names it, in two calls however many run: who
 * changed the service last. An older one may still watch what it did, or the table not answer: then all that began before the deployment are asked.
 */
export async function findCare(machine: string, { target, since }: Begun, { cares, declines }: Caring): Promise<Care> {
  const holder = await lastHolder(target);
  const named = holder === undefined || !isOf(machine, holder) ? undefined : await described(holder);
  if (named !== undefined && cares(named)) return { caring: named.arn };
  if (named !== undefined && declines(named)) return { declined: named.arn };
  const listed = await runningExecutions(machine);
  const others = listed.filter(({ arn, start }) => arn !== holder && start <= since);
  for (let at = 0; at < others.length; at += together) {
    const found = await Promise.all(others.slice(at, at + together).map(({ arn }) => described(arn)));
    const caring = found.find((one) => one !== undefined && cares(one));
    if (caring !== undefined) return { caring: caring.arn };
  }
  return {};
}

/** The lease may be with a way back, perhaps the one that asks. None of them goes back a second time, so it takes care of nothing; nor may it be described here. */
const isOf = (machine: string, execution: string): boolean => execution.startsWith(executionArnOf(machine, ''));

async function described(arn: string): Promise<DeployExecution | undefined> {
  const { status = '', startDate, stopDate, input } = (await findExecution(arn)) ?? {};
  if (startDate === undefined) return undefined;
  return { arn, status, startedAt: startDate, stoppedAt: stopDate, input: jsonText.safeParse(input).data };
}
