import { z } from 'zod';
import packages from '../package.json' with { type: 'json' };
import type { Cell } from './cell.ts';
import type { Deployer } from './deployer.ts';
import { firstWords, type Said, saysOf } from './row.ts';
import type { World } from './world.ts';

const started = z.object({ executionArn: z.string() });
const execution = z.object({ status: z.string(), cause: z.string().optional() });
const history = z.object({
  events: z.array(
    z.object({
      type: z.string(),
      timestamp: z.date(),
      stateExitedEventDetails: z.object({ name: z.string(), output: z.string() }).optional(),
    }),
  ),
});
type Event = z.infer<typeof history>['events'][number];

const watched = z.object({
  verdict: z.object({ outcome: z.enum(['going on', 'stable', 'superseded', 'failed']), reason: z.string().optional() }),
});

/** How often (ms) the benchmark looks whether an execution is over; these looks are nobody's calls. */
const lookMs = 250;

/** The verdict, once one was reached: from there on Gantry only cares for the way back. */
export function verdictIn(events: Event[]): Pick<Said, 'says' | 'verdictAt' | 'reason'> | undefined {
  const last = events.findLast(({ stateExitedEventDetails: exited }) => exited?.name === 'Watch Rollout');
  if (last?.stateExitedEventDetails === undefined) return undefined;
  const { outcome, reason = '' } = watched.parse(JSON.parse(last.stateExitedEventDetails.output)).verdict;
  if (outcome === 'going on') return undefined;
  const words = { stable: 'success', superseded: 'superseded', failed: 'failure' } as const;
  return { says: words[outcome], verdictAt: last.timestamp.getTime(), reason: firstWords(reason) };
}

const eventsOf = async (world: World, executionArn: string): Promise<Event[]> =>
  history.parse(await world.build('states', 'GetExecutionHistory', { executionArn, maxResults: 1000 })).events;

/** Every state that was entered, and every task that was tried again. */
export const transitionsIn = (events: Pick<Event, 'type'>[]): number => {
  const count = (pattern: RegExp): number => events.filter(({ type }) => pattern.test(type)).length;
  const tries = count(/^(Task|LambdaFunction)Scheduled$/);
  return count(/StateEntered$/) + Math.max(0, tries - count(/^TaskStateEntered$/));
};

const arnOf = ({ running }: World, { name }: Pick<Cell, 'name'>): string =>
  `${running.system.machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;

/** The transitions of a cell's execution so far. */
export const transitions = async (world: World, cell: Cell): Promise<number> =>
  transitionsIn(await eventsOf(world, arnOf(world, cell)));

async function untilOver(world: World, executionArn: string, signal: AbortSignal) {
  for (;;) {
    const found = execution.parse(await world.build('states', 'DescribeExecution', { executionArn }));
    if (found.status !== 'RUNNING' || signal.aborted) return found;
    await world.wait(lookMs);
  }
}

/** Gantry, started by hand; it looks again and again. */
export const gantry: Deployer = {
  id: 'gantry',
  title: 'Gantry, polling',
  version: packages.version,
  async deploy(world, cell, signal): Promise<Said | undefined> {
    const input = JSON.stringify({ target: `bench/${cell.name}`, images: [{ name: 'app', imageUri: cell.image }] });
    const wish = { stateMachineArn: world.running.system.machine.arn, name: cell.name, input };
    const { executionArn } = started.parse(await world.build('states', 'StartExecution', wish));
    const { status, cause = '' } = await untilOver(world, executionArn, signal);
    const events = await eventsOf(world, executionArn);
    const verdict = verdictIn(events);
    if (status === 'RUNNING') return verdict;
    const endedAt = events.at(-1)?.timestamp.getTime() ?? world.now();
    const success = status === 'SUCCEEDED';
    const whole = { says: saysOf(success, cause), verdictAt: endedAt, reason: firstWords(cause) };
    return { ...whole, ...verdict, endedAt, exit: status };
  },
};
