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
import { addAlarm, continueDeployment, createService, describeDeployments, setStrategy } from './service.ts';

/** One scenario for one deployer, on a service of its own. The cell's images, user and execution have the service's name. */
export interface Cell extends BenchService {
  scenario: Scenario;
  image: string;
  /** The revision that the service runs before the release. */
  before: string;
  keys: IssuedCredentials;
}

/** Creates a cell's service, images and user. Does not wait until the first revision is steady. */
export async function createCell(environment: BenchEnvironment, scenario: Scenario, deployer: string): Promise<Cell> {
  const name = `${scenario.id}-${deployer}`;
  const service = await equipService(environment, { name, account: accountForDeployer(deployer) }, scenario);
  const before = await registerRevision(
    environment,
    service,
    await pushImage(environment, `${name}-before`, '{"startSeconds":0}'),
  );
  await pushImage(environment, `${name}-other`, '{"startSeconds":5}');
  const image = await pushImage(environment, name, scenario.image);
  await createService(environment, service, scenario, before);
  return { ...service, scenario, image, before, keys: createDeployerUser(environment, service) };
}

/** Adds the special parts of the scenario to the service: an execution role that can be deleted, or a sidecar that ignores SIGTERM. */
async function equipService(
  environment: BenchEnvironment,
  service: BenchService,
  scenario: Scenario,
): Promise<BenchService> {
  const sidecar = scenario.sidecar && (await pushImage(environment, `${service.name}-agent`, '{"stopExitCode":137}'));
  const role = scenario.earlier === 'role deleted' ? service.name : undefined;
  if (role !== undefined) createExecutionRole(environment.running, service.account, role);
  return { ...service, ...(sidecar ? { sidecar } : {}), ...(role === undefined ? {} : { role }) };
}

/** Waits until a cell's first revision is steady and everything is ready for the release. */
export async function waitUntilReady(environment: BenchEnvironment, cell: Cell): Promise<void> {
  for (;;) {
    const { deployments, primary } = await describeDeployments(environment, cell);
    if (primary?.rolloutState === 'COMPLETED' && deployments.length === 1) break;
    await environment.wait(1_000);
  }
  // Must not happen earlier. Otherwise ECS would monitor the alarm for a while before the first revision was steady.
  if (cell.scenario.meanwhile?.does === 'alarm') await addAlarm(environment, cell);
  if (cell.scenario.strategy !== undefined) await setStrategy(environment, cell, cell.scenario.strategy);
  await prepareEarlierEvents(environment, cell);
}

/** Names a revision by the end of its image's tag. A revision with any other tag is the release. */
const endings = { '-before': 'before', '-other': 'the other', '-bad': 'the bad release' };

const taskDefinitionSchema = z.object({
  taskDefinition: z.object({ containerDefinitions: z.array(z.object({ name: z.string(), image: z.string() })) }),
});

/** Says which revision a cell's service runs (the one before, the release, or the other release) and the state of its rollout. */
export async function describeEndState(environment: BenchEnvironment, cell: Cell): Promise<string> {
  const { primary } = await describeDeployments(environment, cell);
  const input = { taskDefinition: primary?.taskDefinition };
  const described = await environment.target(cell.account)('ecs', 'DescribeTaskDefinition', input);
  const { containerDefinitions } = taskDefinitionSchema.parse(described).taskDefinition;
  const image = containerDefinitions.find(({ name }) => name === 'app')?.image ?? '';
  const found = Object.entries(endings).find(([ending]) => image.endsWith(ending));
  const what = found?.[1] ?? 'the release';
  return `${what}, ${primary?.rolloutState ?? 'no rollout'}`;
}

/** Performs the scenario's interference (`meanwhile`) at the given time after ECS started the release. The signal ends the interference. */
export async function runInterference(environment: BenchEnvironment, cell: Cell, signal: AbortSignal): Promise<void> {
  const { meanwhile } = cell.scenario;
  if (meanwhile === undefined) return;
  const since = environment.now();
  while (!signal.aborted) {
    const ours = findDeploymentStart(environment.events, cell.name, since);
    if (ours !== undefined && environment.now() >= ours.at + meanwhile.afterSeconds * 1000) break;
    await environment.wait(200);
  }
  if (signal.aborted) return;
  if (meanwhile.does === 'continue') await continueDeployment(environment, cell);
  else if (meanwhile.does === 'alarm') await triggerAlarm(environment, cell);
  else await deployOtherRelease(environment, cell);
}

const triggerAlarm = (environment: BenchEnvironment, { name, account }: Cell) =>
  environment.target(account)('monitoring', 'SetAlarmState', {
    AlarmName: name,
    StateValue: 'ALARM',
    StateReason: 'Threshold crossed.',
  });

async function deployOtherRelease(environment: BenchEnvironment, cell: Cell): Promise<void> {
  const taskDefinition = await registerRevision(environment, cell, `${cell.image}-other`);
  await environment.target(cell.account)('ecs', 'UpdateService', { cluster, service: cell.name, taskDefinition });
}
