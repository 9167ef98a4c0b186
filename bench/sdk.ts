import { waitUntilServicesStable } from '@aws-sdk/client-ecs';
import packages from '../package.json' with { type: 'json' };
import type { Cell } from './cell.ts';
import { cluster } from './config.ts';
import { clientOf, type Deployer, update } from './deployer.ts';
import { firstWords, type Said, saysOf } from './row.ts';
import type { World } from './world.ts';

/** As long as the command line's waiter: 40 looks, one every 15 s (botocore ecs waiters). */
const maxWaitTime = 600;

const wait = async (world: World, cell: Cell, abortSignal: AbortSignal): Promise<string | undefined> => {
  const client = clientOf(world, cell);
  await update(client, cell);
  try {
    await waitUntilServicesStable({ client, maxWaitTime, abortSignal }, { cluster, services: [cell.name] });
    return undefined;
  } catch (error) {
    return String(error);
  }
};

/** The waiter that comes with the JavaScript SDK. */
export const sdk: Deployer = {
  id: 'sdk',
  title: 'JS SDK waitUntilServicesStable',
  version: packages.dependencies['@aws-sdk/client-ecs'],
  async deploy(world, cell, signal): Promise<Said | undefined> {
    const error = await wait(world, cell, signal);
    if (signal.aborted) return undefined;
    const at = world.now();
    const exit = error === undefined ? 'resolves' : 'rejects';
    return {
      says: saysOf(error === undefined, error ?? ''),
      verdictAt: at,
      endedAt: at,
      exit,
      reason: firstWords(error ?? ''),
    };
  },
};
