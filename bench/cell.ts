import { z } from 'zod';
import type { IssuedCredentials } from '../local/iam.ts';
import { accountForDeployer, cluster } from './config.ts';
import { prepareEarlierEvents } from './earlier.ts';
import type { BenchService } from './environment.ts';
import {
  type BenchEnvironment,
  createDeployerUser,
  createExecutionRole,
  pushImage,
  registerRevision,
} from './environment.ts';
import { findDeploymentStart } from './fact-time.ts';
import type { Scenario } from './scenarios.ts';
import { addAlarm, createService, describeDeployments } from './service.ts';

/** One scenario for one deployer, on a service of its own: its name is that of everything else of the cell. */
export interface Cell extends BenchService {
  scenario: Scenario;
  image: string;
  /** The revision that runs before. */
  before: string;
  keys: IssuedCredentials;
}

/** Makes a cell's service, images and user; its first revision is not steady yet. */
export async function createCell(world: BenchEnvironment, scenario: Scenario, deployer: string): Promise<Cell> {
  const name = `${scenario.id}-${deployer}`;
  const service = await equipService(world, { name, account: accountForDeployer(deployer) }, scenario);
  const before = await registerRevision(world, service, await pushImage(world, `${name}-before`, '{"startSeconds":0}'));
  await pushImage(world, `${name}-other`, '{"startSeconds":5}');
  const image = await pushImage(world, name, scenario.image);
  await createService(world, service, scenario, before);
  return { ...service, scenario, image, before, keys: createDeployerUser(world, service) };
}

/** The service with what its scenario needs: an execution role of its own, which can be deleted, or a sidecar that ignores SIGTERM. */
async function equipService(world: BenchEnvironment, service: BenchService, scenario: Scenario): Promise<BenchService> {
  const sidecar = scenario.sidecar && (await pushImage(world, `${service.name}-agent`, '{"stopExitCode":137}'));
  const role = scenario.earlier === 'role deleted' ? service.name : undefined;
  if (role !== undefined) createExecutionRole(world.running, service.account, role);
  return { ...service, ...(sidecar ? { sidecar } : {}), ...(role === undefined ? {} : { role }) };
}

/** Waits until a cell's first revision is steady and all is ready for the release. */
export async function waitUntilReady(world: BenchEnvironment, cell: Cell): Promise<void> {
  for (;;) {
    const { deployments, primary } = await describeDeployments(world, cell);
    if (primary?.rolloutState === 'COMPLETED' && deployments.length === 1) break;
    await world.wait(1_000);
  }
  // Only now, because ECS would have watched the alarm for a while before the first revision was steady.
  if (cell.scenario.meanwhile?.does === 'alarm') await addAlarm(world, cell);
  await prepareEarlierEvents(world, cell);
}

/** What runs, by the end of its image's tag; any other is the release. */
const endings = { '-before': 'before', '-other': 'the other', '-bad': 'the bad release' };

const taskDefinitionSchema = z.object({
  taskDefinition: z.object({ containerDefinitions: z.array(z.object({ name: z.string(), image: z.string() })) }),
});

/** What a cell's service is on: the revision before, the release, or the other release; and how its rollout stands. */
export async function describeEndState(world: BenchEnvironment, cell: Cell): Promise<string> {
  const { primary } = await describeDeployments(world, cell);
  const asked = { taskDefinition: primary?.taskDefinition };
  const described = await world.target(cell.account)('ecs', 'DescribeTaskDefinition', asked);
  const { containerDefinitions } = taskDefinitionSchema.parse(described).taskDefinition;
  const image = containerDefinitions.find(({ name }) => name === 'app')?.image ?? '';
  const [what = 'the release'] = Object.entries(endings).flatMap(([ending, words]) =>
    image.endsWith(ending) ? [words] : [],
  );
  return `${what}, ${primary?.rolloutState ?? 'no rollout'}`;
}

/** Does what somebody else does in the scenario, so long after ECS began the release. Ends with the signal. */
export async function runInterference(world: BenchEnvironment, cell: Cell, signal: AbortSignal): Promise<void> {
  const { meanwhile } = cell.scenario;
  if (meanwhile === undefined) return;
  const since = world.now();
  while (!signal.aborted) {
    const ours = findDeploymentStart(world.heard, cell.name, since);
    if (ours !== undefined && world.now() >= ours.at + meanwhile.afterSeconds * 1000) break;
    await world.wait(200);
  }
  if (signal.aborted) return;
  if (meanwhile.does === 'alarm') await triggerAlarm(world, cell);
  else await deployOtherRelease(world, cell);
}

const triggerAlarm = (world: BenchEnvironment, { name, account }: Cell) =>
  world.target(account)('monitoring', 'SetAlarmState', {
    AlarmName: name,
    StateValue: 'ALARM',
    StateReason: 'Threshold crossed.',
  });

async function deployOtherRelease(world: BenchEnvironment, cell: Cell): Promise<void> {
  const taskDefinition = await registerRevision(world, cell, `${cell.image}-other`);
  await world.target(cell.account)('ecs', 'UpdateService', { cluster, service: cell.name, taskDefinition });
}
