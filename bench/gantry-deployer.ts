import { z } from 'zod';
import packages from '../package.json' with { type: 'json' };
import type { Deployer } from './deployer.ts';
import type { BenchEnvironment } from './environment.ts';
import { classifyEnding, findVerdict, readHistory } from './execution.ts';
import { type DeployerReport, truncateReason } from './row.ts';

const startResultSchema = z.object({ executionArn: z.string() });
const executionSchema = z.object({ status: z.string(), error: z.string().optional(), cause: z.string().optional() });

/** How often (ms) the benchmark looks whether an execution is over; these looks are nobody's calls. */
export const pollMs = 250;

async function waitUntilEnded(world: BenchEnvironment, executionArn: string, signal: AbortSignal) {
  for (;;) {
    const found = executionSchema.parse(await world.build('states', 'DescribeExecution', { executionArn }));
    if (found.status !== 'RUNNING' || signal.aborted) return found;
    await world.wait(pollMs);
  }
}

/** Gantry, started by hand. `id`: the target of its configuration, which says whether ECS's events are forwarded. */
const createGantryDeployer = (id: 'woken' | 'polling'): Deployer => ({
  id,
  title: `Gantry, ${id}`,
  version: packages.version,
  workflow: true,
  async deploy(world, cell, signal): Promise<DeployerReport | undefined> {
    const input = JSON.stringify({ target: `${id}/${cell.name}`, images: [{ name: 'app', imageUri: cell.image }] });
    const wish = { stateMachineArn: world.running.system.machine.arn, name: cell.name, input };
    const { executionArn } = startResultSchema.parse(await world.build('states', 'StartExecution', wish));
    const { status, error, cause = '' } = await waitUntilEnded(world, executionArn, signal);
    const events = await readHistory(world, executionArn);
    const verdict = findVerdict(events);
    if (status === 'RUNNING') return verdict;
    const endedAt = events.at(-1)?.timestamp.getTime() ?? world.now();
    const whole = {
      says: classifyEnding(status === 'SUCCEEDED', error),
      verdictAt: endedAt,
      reason: truncateReason(cause),
      fullReason: cause,
    };
    return { ...whole, ...verdict, endedAt, exit: status };
  },
});

/** Woken by the events of its target account; and looking again and again. */
export const gantryDeployers = [createGantryDeployer('woken'), createGantryDeployer('polling')];
