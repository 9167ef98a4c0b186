import { waitUntilServicesStable } from '@aws-sdk/client-ecs';
import packages from '../package.json' with { type: 'json' };
import type { Cell } from './cell.ts';
import { cluster } from './config.ts';
import { createEcsClient, type Deployer, deployRelease } from './deployer.ts';
import type { BenchEnvironment } from './environment.ts';
import { classifyOutput, type DeployerReport, truncateReason } from './row.ts';

/** The time limit in seconds, the same as that of the AWS CLI's waiter: 40 polls, one every 15 s (botocore ecs waiters). */
const maxWaitTime = 600;

const waitUntilStable = async (
  environment: BenchEnvironment,
  cell: Cell,
  abortSignal: AbortSignal,
): Promise<string | undefined> => {
  const client = createEcsClient(environment, cell);
  await deployRelease(client, cell);
  try {
    await waitUntilServicesStable({ client, maxWaitTime, abortSignal }, { cluster, services: [cell.name] });
    return undefined;
  } catch (error) {
    return String(error);
  }
};

/** The waiter of the JavaScript SDK. */
export const sdkDeployer: Deployer = {
  id: 'sdk',
  title: 'JS SDK waitUntilServicesStable',
  version: packages.devDependencies['@aws-sdk/client-ecs'],
  async deploy(environment, cell, signal): Promise<DeployerReport | undefined> {
    const error = await waitUntilStable(environment, cell, signal);
    if (signal.aborted) return undefined;
    const at = environment.now();
    const exit = error === undefined ? 'resolves' : 'rejects';
    return {
      verdict: classifyOutput(error === undefined, error ?? ''),
      verdictAt: at,
      endedAt: at,
      exit,
      reason: truncateReason(error ?? ''),
      fullReason: error ?? '',
    };
  },
};
