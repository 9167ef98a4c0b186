import type { RunningExecution } from '../core/caring.ts';
import type { Target } from '../core/deployment.ts';
import { executionArnOf } from '../core/names.ts';
import { jsonText } from '../core/parse.ts';
import { lastHolder } from './lease.ts';
import { findExecution, runningExecutions } from './sfn-executions.ts';

/** So many are looked at together: DescribeExecution takes 10 a second after the first 250 (Step Functions quotas, smaller Regions). */
const together = 25;

/**
 * The ARN of the machine's running execution that `cares` for a deployment. Mostly the lease names it, in two calls however many run: who
 * changed the service last. An older one may still watch what it did, or the table not answer: then all that began before the deployment are asked.
 */
export async function findCaring(
  machine: string,
  { target, since }: { target: Target; since: Date },
  cares: (one: RunningExecution) => boolean,
): Promise<string | undefined> {
  const holder = await lastHolder(target);
  const [named] = holder === undefined || !isOf(machine, holder) ? [] : await running(holder);
  if (named !== undefined && cares(named)) return named.arn;
  const listed = await runningExecutions(machine);
  const others = listed.filter(({ arn, start }) => arn !== holder && start <= since);
  for (let at = 0; at < others.length; at += together) {
    const found = await Promise.all(others.slice(at, at + together).map(({ arn }) => running(arn)));
    const caring = found.flat().find(cares);
    if (caring !== undefined) return caring.arn;
  }
  return undefined;
}

/** The lease may be with a way back, perhaps the one that asks. None of them goes back a second time, so it takes care of nothing; nor may it be described here. */
const isOf = (machine: string, execution: string): boolean => execution.startsWith(executionArnOf(machine, ''));

/** None where it is over. */
async function running(arn: string): Promise<RunningExecution[]> {
  const { status, startDate, input } = (await findExecution(arn)) ?? {};
  if (status !== 'RUNNING' || startDate === undefined) return [];
  return [{ arn, startedAt: startDate, input: jsonText.safeParse(input).data }];
}
