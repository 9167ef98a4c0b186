import { z } from 'zod';
import type { Credentials } from '../local/iam.ts';
import { account, cluster } from './config.ts';
import { began } from './fact.ts';
import type { Scenario } from './scenarios.ts';
import { createUser, push, region, register, type World } from './world.ts';

/** One scenario for one deployer, on a service of its own. */
export interface Cell {
  scenario: Scenario;
  /** The service's name, and that of everything else of the cell. */
  name: string;
  image: string;
  /** The revision that runs before. */
  before: string;
  keys: Credentials;
}

/** Makes a cell's service, images and user; its first revision is not steady yet. */
export async function createCell(world: World, scenario: Scenario, deployer: string): Promise<Cell> {
  const name = `${scenario.id}-${deployer}`;
  const before = await register(world, name, await push(world, `${name}-before`, '{"startSeconds":0}'));
  await push(world, `${name}-other`, '{"startSeconds":5}');
  const image = await push(world, name, scenario.image);
  await createService(world, { name, before, scenario });
  return { scenario, name, image, before, keys: createUser(world, name) };
}

const createAlarm = (world: World, AlarmName: string) =>
  world.target('monitoring', 'PutMetricAlarm', {
    AlarmName,
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 1,
  });

interface ServiceWish {
  name: string;
  before: string;
  scenario: Scenario;
}

const createService = (world: World, { name, before, scenario }: ServiceWish) =>
  world.target('ecs', 'CreateService', {
    cluster,
    serviceName: name,
    launchType: 'FARGATE',
    desiredCount: scenario.desired,
    taskDefinition: before,
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: scenario.breaker !== 'off', rollback: scenario.breaker === 'rolls back' },
    },
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a'], securityGroups: ['sg-0'] } },
    ...(scenario.balanced ? { loadBalancers: [balancer(name)] } : {}),
  });

const balancer = (name: string) => ({
  targetGroupArn: `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/${name}/0123456789abcdef`,
  containerName: 'app',
  containerPort: 8080,
});

const services = z.object({
  services: z.tuple([
    z.object({
      runningCount: z.number(),
      desiredCount: z.number(),
      deployments: z.array(z.object({ status: z.string(), rolloutState: z.string(), taskDefinition: z.string() })),
    }),
  ]),
});

async function look(world: World, name: string) {
  const [found] = services.parse(await world.target('ecs', 'DescribeServices', { cluster, services: [name] })).services;
  return { found, primary: found.deployments.find(({ status }) => status === 'PRIMARY') };
}

/** Gives the service its alarm: only now, because ECS would have watched it for a while before the first revision was steady. */
async function addAlarm(world: World, name: string): Promise<void> {
  await createAlarm(world, name);
  const alarms = { alarmNames: [name], enable: true, rollback: true };
  await world.target('ecs', 'UpdateService', { cluster, service: name, deploymentConfiguration: { alarms } });
}

/** Waits until a cell's first revision is steady and all is ready for the release. */
export async function untilReady(world: World, { name, scenario }: Cell): Promise<void> {
  for (;;) {
    const { found, primary } = await look(world, name);
    if (primary?.rolloutState === 'COMPLETED' && found.deployments.length === 1) break;
    await world.wait(1_000);
  }
  if (scenario.meanwhile?.does === 'alarm') await addAlarm(world, name);
}

const imageOf = z.object({
  taskDefinition: z.object({ containerDefinitions: z.tuple([z.object({ image: z.string() })]) }),
});

/** What a cell's service is on: the revision before, the release, or the other release; and how its rollout stands. */
export async function endedOn(world: World, cell: Cell): Promise<string> {
  const { primary } = await look(world, cell.name);
  const described = await world.target('ecs', 'DescribeTaskDefinition', { taskDefinition: primary?.taskDefinition });
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
  if (meanwhile.does === 'alarm') await goOff(world, cell.name);
  else await releaseOther(world, cell);
}

const goOff = (world: World, AlarmName: string) =>
  world.target('monitoring', 'SetAlarmState', { AlarmName, StateValue: 'ALARM', StateReason: 'Threshold crossed.' });

async function releaseOther(world: World, { name, image }: Cell): Promise<void> {
  const taskDefinition = await register(world, name, `${image}-other`);
  await world.target('ecs', 'UpdateService', { cluster, service: name, taskDefinition });
}
