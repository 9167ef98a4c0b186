import { z } from 'zod';
import type { Credentials } from '../local/iam.ts';
import { accountOf, cluster } from './config.ts';
import { began } from './fact.ts';
import type { Scenario } from './scenarios.ts';
import { addAlarm, createService, look } from './service.ts';
import type { Service } from './world.ts';
import { createUser, push, register, type World } from './world.ts';

/** One scenario for one deployer, on a service of its own: its name is that of everything else of the cell. */
export interface Cell extends Service {
  scenario: Scenario;
  image: string;
  /** The revision that runs before. */
  before: string;
  keys: Credentials;
}

/** Makes a cell's service, images and user; its first revision is not steady yet. */
export async function createCell(world: World, scenario: Scenario, deployer: string): Promise<Cell> {
  const service = { name: `${scenario.id}-${deployer}`, account: accountOf(deployer) };
  const { name } = service;
  const before = await register(world, service, await push(world, `${name}-before`, '{"startSeconds":0}'));
  await push(world, `${name}-other`, '{"startSeconds":5}');
  const image = await push(world, name, scenario.image);
  await createService(world, service, scenario, before);
  return { ...service, scenario, image, before, keys: createUser(world, service) };
}

/** Waits until a cell's first revision is steady and all is ready for the release. */
export async function untilReady(world: World, cell: Cell): Promise<void> {
  for (;;) {
    const { deployments, primary } = await look(world, cell);
    if (primary?.rolloutState === 'COMPLETED' && deployments.length === 1) break;
    await world.wait(1_000);
  }
  // Only now, because ECS would have watched the alarm for a while before the first revision was steady.
  if (cell.scenario.meanwhile?.does === 'alarm') await addAlarm(world, cell);
}

const imageOf = z.object({
  taskDefinition: z.object({ containerDefinitions: z.tuple([z.object({ image: z.string() })]) }),
});

/** What a cell's service is on: the revision before, the release, or the other release; and how its rollout stands. */
export async function endedOn(world: World, cell: Cell): Promise<string> {
  const { primary } = await look(world, cell);
  const asked = { taskDefinition: primary?.taskDefinition };
  const described = await world.target(cell.account)('ecs', 'DescribeTaskDefinition', asked);
  const [{ image }] = imageOf.parse(described).taskDefinition.containerDefinitions;
  const what = image.endsWith('-before') ? 'before' : image.endsWith('-other') ? 'the other' : 'the release';
  return `${what}, ${primary?.rolloutState ?? 'no rollout'}`;
}

/** Does what somebody else does in the scenario, so long after ECS began the release. Ends with the signal. */
export async function meddle(world: World, cell: Cell, signal: AbortSignal): Promise<void> {
  const { meanwhile } = cell.scenario;
  if (meanwhile === undefined) return;
  const since = world.now();
  while (!signal.aborted) {
    const ours = began(world.heard, cell.name, since);
    if (ours !== undefined && world.now() >= ours.at + meanwhile.afterSeconds * 1000) break;
    await world.wait(200);
  }
  if (signal.aborted) return;
  if (meanwhile.does === 'alarm') await goOff(world, cell);
  else await releaseOther(world, cell);
}

const goOff = (world: World, { name, account }: Cell) =>
  world.target(account)('monitoring', 'SetAlarmState', {
    AlarmName: name,
    StateValue: 'ALARM',
    StateReason: 'Threshold crossed.',
  });

async function releaseOther(world: World, cell: Cell): Promise<void> {
  const taskDefinition = await register(world, cell, `${cell.image}-other`);
  await world.target(cell.account)('ecs', 'UpdateService', { cluster, service: cell.name, taskDefinition });
}
