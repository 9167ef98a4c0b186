import { z } from 'zod';
import packages from '../package.json' with { type: 'json' };
import type { Deployer } from './deployer.ts';
import { endingOf, historyOf, verdictIn } from './execution.ts';
import { firstWords, type Said } from './row.ts';
import type { World } from './world.ts';

const started = z.object({ executionArn: z.string() });
const execution = z.object({ status: z.string(), error: z.string().optional(), cause: z.string().optional() });

/** How often (ms) the benchmark looks whether an execution is over; these looks are nobody's calls. */
export const lookMs = 250;

async function untilOver(world: World, executionArn: string, signal: AbortSignal) {
  for (;;) {
    const found = execution.parse(await world.build('states', 'DescribeExecution', { executionArn }));
    if (found.status !== 'RUNNING' || signal.aborted) return found;
    await world.wait(lookMs);
  }
}

/** Gantry, started by hand. `id`: the target of its configuration, which says whether ECS's events are forwarded. */
const gantry = (id: 'woken' | 'polling'): Deployer => ({
  id,
  title: `Gantry, ${id}`,
  version: packages.version,
  workflow: true,
  async deploy(world, cell, signal): Promise<Said | undefined> {
    const input = JSON.stringify({ target: `${id}/${cell.name}`, images: [{ name: 'app', imageUri: cell.image }] });
    const wish = { stateMachineArn: world.running.system.machine.arn, name: cell.name, input };
    const { executionArn } = started.parse(await world.build('states', 'StartExecution', wish));
    const { status, error, cause = '' } = await untilOver(world, executionArn, signal);
    const events = await historyOf(world, executionArn);
    const verdict = verdictIn(events);
    if (status === 'RUNNING') return verdict;
    const endedAt = events.at(-1)?.timestamp.getTime() ?? world.now();
    const whole = { says: endingOf(status === 'SUCCEEDED', error), verdictAt: endedAt, reason: firstWords(cause) };
    return { ...whole, ...verdict, endedAt, exit: status };
  },
});

/** Woken by the events of its target account; and looking again and again. */
export const gantries = [gantry('woken'), gantry('polling')];
