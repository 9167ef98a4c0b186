import { z } from 'zod';
import packages from '../package.json' with { type: 'json' };
import type { Deployer } from './deployer.ts';
import type { BenchEnvironment } from './environment.ts';
import { classifyEnding, findVerdict, readHistory } from './execution.ts';
import { type DeployerReport, truncateReason } from './row.ts';

const startResultSchema = z.object({ executionArn: z.string() });
const executionSchema = z.object({ status: z.string(), error: z.string().optional(), cause: z.string().optional() });

/** How often (ms) the benchmark checks whether an execution has ended. These calls are not counted. */
export const pollMs = 250;

async function waitUntilEnded(environment: BenchEnvironment, executionArn: string, signal: AbortSignal) {
  for (;;) {
    const found = executionSchema.parse(await environment.build('states', 'DescribeExecution', { executionArn }));
    if (found.status !== 'RUNNING' || signal.aborted) return found;
    await environment.wait(pollMs);
  }
}

/**
 * Creates the deployer that starts Gantry without a pipeline. `id`: the target in Gantry's configuration. The target determines whether ECS's events are
 * forwarded.
 */
const createGantryDeployer = (id: 'woken' | 'polling'): Deployer => ({
  id,
  title: `Gantry, ${id}`,
  version: packages.version,
  workflow: true,
  async deploy(environment, cell, signal): Promise<DeployerReport | undefined> {
    const input = JSON.stringify({ target: `${id}/${cell.name}`, images: [{ name: 'app', imageUri: cell.image }] });
    const request = { stateMachineArn: environment.running.system.machine.arn, name: cell.name, input };
    const { executionArn } = startResultSchema.parse(await environment.build('states', 'StartExecution', request));
    const { status, error, cause = '' } = await waitUntilEnded(environment, executionArn, signal);
    const events = await readHistory(environment, executionArn);
    const verdict = findVerdict(events);
    if (status === 'RUNNING') return verdict;
    const endedAt = events.at(-1)?.timestamp.getTime() ?? environment.now();
    const ending = {
      verdict: classifyEnding(status === 'SUCCEEDED', error),
      verdictAt: endedAt,
      reason: truncateReason(cause),
      fullReason: cause,
    };
    return { ...ending, ...verdict, endedAt, exit: status };
  },
});

/** The two modes of Gantry: the events of its target account wake it, or it polls. */
export const gantryDeployers = [createGantryDeployer('woken'), createGantryDeployer('polling')];
