import { z } from 'zod';
import { isFailureType } from '../core/errors/failure.ts';
import { mentionsCell } from './call-counter.ts';
import type { BenchEnvironment, BenchSystem } from './environment.ts';
import { type DeployerReport, truncateReason } from './row.ts';

const historyPageSchema = z.object({
  events: z.array(
    z.object({
      type: z.string(),
      timestamp: z.date(),
      stateExitedEventDetails: z.object({ name: z.string(), output: z.string() }).optional(),
    }),
  ),
  nextToken: z.string().optional(),
});

/** One event of an execution's history. */
export type ExecutionHistoryEvent = z.infer<typeof historyPageSchema>['events'][number];

/** Reads an execution's whole history so far. */
export async function readHistory(
  environment: Pick<BenchSystem, 'build'>,
  executionArn: string,
): Promise<ExecutionHistoryEvent[]> {
  const events: ExecutionHistoryEvent[] = [];
  for (let nextToken: string | undefined; ; ) {
    const input = { executionArn, maxResults: 1000, ...(nextToken && { nextToken }) };
    const found = historyPageSchema.parse(await environment.build('states', 'GetExecutionHistory', input));
    events.push(...found.events);
    nextToken = found.nextToken;
    if (nextToken === undefined) return events;
  }
}

const watchOutputSchema = z.object({
  verdict: z.object({ outcome: z.enum(['going on', 'stable', 'superseded', 'failed']), reason: z.string().optional() }),
});

const findWatchExits = (events: ExecutionHistoryEvent[]): ExecutionHistoryEvent[] =>
  events.filter(({ stateExitedEventDetails: exited }) => exited?.name === 'Watch Rollout');

/** Part of a verdict's reason (core/rollout/verdict.ts) if the release's deadline passed before any other fact was known. */
const deadlinePhrase = 'was not stable at its deadline';

/**
 * Returns the verdict, if the execution has reached one. After its verdict, Gantry only rolls back. `firstCheckAt`: the end of its first check of the rollout,
 * in ms.
 */
export function findVerdict(
  events: ExecutionHistoryEvent[],
): (Pick<DeployerReport, 'verdict' | 'verdictAt' | 'reason'> & { firstCheckAt: number }) | undefined {
  const checks = findWatchExits(events);
  const [first, last] = [checks[0], checks.at(-1)];
  if (first === undefined || last?.stateExitedEventDetails === undefined) return undefined;
  const { outcome, reason = '' } = watchOutputSchema.parse(JSON.parse(last.stateExitedEventDetails.output)).verdict;
  if (outcome === 'going on') return undefined;
  const verdicts = { stable: 'success', superseded: 'superseded', failed: 'failure' } as const;
  const [firstCheckAt, verdictAt] = [first.timestamp.getTime(), last.timestamp.getTime()];
  const verdict = outcome === 'failed' && reason.includes(deadlinePhrase) ? 'gave up' : verdicts[outcome];
  return { verdict, verdictAt, firstCheckAt, reason: truncateReason(reason) };
}

/** Classifies an execution that ended without a verdict, by its error. If the error is not one of Gantry's own codes, Gantry gave up. */
export function classifyEnding(success: boolean, error: string | undefined): DeployerReport['verdict'] {
  if (success) return 'success';
  if (error === 'RevisionOutOfSync') return 'superseded';
  return isFailureType(error) && error !== 'SystemUnavailable' ? 'failure' : 'gave up';
}

/** Counts the state transitions: every entered state, and every retry of a task. */
export const countTransitions = (events: Pick<ExecutionHistoryEvent, 'type'>[]): number => {
  const count = (pattern: RegExp): number => events.filter(({ type }) => pattern.test(type)).length;
  const tries = count(/^(Task|LambdaFunction)Scheduled$/);
  return count(/StateEntered$/) + Math.max(0, tries - count(/^TaskStateEntered$/));
};

const executionListSchema = z.object({
  executions: z.array(z.object({ executionArn: z.string() })),
  nextToken: z.string().optional(),
});

/** Returns the ARNs of all executions of a state machine. */
export async function listExecutionArns(
  environment: Pick<BenchSystem, 'build'>,
  stateMachineArn: string,
): Promise<string[]> {
  const arns: string[] = [];
  for (let nextToken: string | undefined; ; ) {
    const input = { stateMachineArn, maxResults: 1000, ...(nextToken && { nextToken }) };
    const found = executionListSchema.parse(await environment.build('states', 'ListExecutions', input));
    arns.push(...found.executions.map(({ executionArn }) => executionArn));
    nextToken = found.nextToken;
    if (nextToken === undefined) return arns;
  }
}

const executionInputSchema = z.object({ input: z.string() });

/** Counts the transitions so far of all executions of a cell: the execution of its release, and the executions that an event of its service started. */
export async function countCellTransitions(environment: BenchEnvironment, cell: string): Promise<number> {
  const { machine, rollbackMachine } = environment.running.system;
  let sum = 0;
  for (const { arn } of [machine, rollbackMachine])
    for (const executionArn of await listExecutionArns(environment, arn)) {
      const execution = executionInputSchema.parse(
        await environment.build('states', 'DescribeExecution', { executionArn }),
      );
      if (mentionsCell(execution.input, cell)) sum += countTransitions(await readHistory(environment, executionArn));
    }
  return sum;
}
