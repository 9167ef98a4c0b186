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

/** An execution's whole history so far. */
export async function readHistory(
  world: Pick<BenchSystem, 'build'>,
  executionArn: string,
): Promise<ExecutionHistoryEvent[]> {
  const events: ExecutionHistoryEvent[] = [];
  for (let nextToken: string | undefined; ; ) {
    const asked = { executionArn, maxResults: 1000, ...(nextToken && { nextToken }) };
    const found = historyPageSchema.parse(await world.build('states', 'GetExecutionHistory', asked));
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

/** In a verdict's reason (core/rollout/verdict.ts): the release's own time was over before anything else was known. */
const deadlinePhrase = 'was not stable at its deadline';

/** The verdict, once one was reached: from there on Gantry only cares for the way back. `lookedAt`: the end of its first look, in ms. */
export function findVerdict(
  events: ExecutionHistoryEvent[],
): (Pick<DeployerReport, 'says' | 'verdictAt' | 'reason'> & { lookedAt: number }) | undefined {
  const looks = findWatchExits(events);
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last?.stateExitedEventDetails === undefined) return undefined;
  const { outcome, reason = '' } = watchOutputSchema.parse(JSON.parse(last.stateExitedEventDetails.output)).verdict;
  if (outcome === 'going on') return undefined;
  const words = { stable: 'success', superseded: 'superseded', failed: 'failure' } as const;
  const [lookedAt, verdictAt] = [first.timestamp.getTime(), last.timestamp.getTime()];
  const says = outcome === 'failed' && reason.includes(deadlinePhrase) ? 'gave up' : words[outcome];
  return { says, verdictAt, lookedAt, reason: truncateReason(reason) };
}

/** What an end without a verdict says: of our own codes which failure it was, else that Gantry did not find out. */
export function classifyEnding(success: boolean, error: string | undefined): DeployerReport['says'] {
  if (success) return 'success';
  if (error === 'RevisionOutOfSync') return 'superseded';
  return isFailureType(error) && error !== 'SystemUnavailable' ? 'failure' : 'gave up';
}

/** Every state that was entered, and every task that was tried again. */
export const countTransitions = (events: Pick<ExecutionHistoryEvent, 'type'>[]): number => {
  const count = (pattern: RegExp): number => events.filter(({ type }) => pattern.test(type)).length;
  const tries = count(/^(Task|LambdaFunction)Scheduled$/);
  return count(/StateEntered$/) + Math.max(0, tries - count(/^TaskStateEntered$/));
};

const executionListSchema = z.object({
  executions: z.array(z.object({ executionArn: z.string() })),
  nextToken: z.string().optional(),
});

/** The ARNs of all executions of a machine. */
export async function listExecutionArns(world: Pick<BenchSystem, 'build'>, stateMachineArn: string): Promise<string[]> {
  const arns: string[] = [];
  for (let nextToken: string | undefined; ; ) {
    const asked = { stateMachineArn, maxResults: 1000, ...(nextToken && { nextToken }) };
    const found = executionListSchema.parse(await world.build('states', 'ListExecutions', asked));
    arns.push(...found.executions.map(({ executionArn }) => executionArn));
    nextToken = found.nextToken;
    if (nextToken === undefined) return arns;
  }
}

const executionInputSchema = z.object({ input: z.string() });

/** The transitions so far of all executions that were about a cell: its release, and those that an event of its service started. */
export async function countCellTransitions(world: BenchEnvironment, cell: string): Promise<number> {
  const { machine, rollbackMachine } = world.running.system;
  let sum = 0;
  for (const { arn } of [machine, rollbackMachine])
    for (const executionArn of await listExecutionArns(world, arn)) {
      const asked = executionInputSchema.parse(await world.build('states', 'DescribeExecution', { executionArn }));
      if (mentionsCell(asked.input, cell)) sum += countTransitions(await readHistory(world, executionArn));
    }
  return sum;
}
