import { createSystemFactory, type InProcessSystem } from '../../local/run/in-process-system.ts';
import { type BenchSystem, prepareAccounts, pushImage, registerRevision } from '../environment.ts';
import { createService } from '../service.ts';
import { createScaleConfig, type ScaleLoad } from './config.ts';

/** A service, and the image to release to it. */
export interface ScaleService {
  name: string;
  account: string;
  /** The target's name with the service's: `t0/s0`. */
  target: string;
  image: string;
  truth: 'success' | 'failure';
}

/** Many services in simulated time, each steady with its first revision. */
export interface ScaleEnvironment extends BenchSystem {
  running: InProcessSystem;
  services: ScaleService[];
}

/** Every nth release crashes, and ECS rolls back that release. */
const crashInterval = 10;

/** Simulated time until every service runs its tasks, in ms. */
const steadyMs = 180_000;

const imageBehaviors = { success: '{}', failure: '{"startSeconds":1,"then":"crash"}' };

/** Creates the accounts, the services and the images of a load. */
export async function createScaleEnvironment(load: ScaleLoad): Promise<ScaleEnvironment> {
  const config = createScaleConfig(load);
  const running = await (await createSystemFactory(config, { skipAuthorization: true }))(`scale ${load.events}`);
  const system = await prepareAccounts(running, new Set(config.targets.map(({ account }) => account)));
  const uris = { success: '', failure: '' };
  for (const truth of ['success', 'failure'] as const)
    uris[truth] = await pushImage(system, truth, imageBehaviors[truth]);
  const services = config.targets.flatMap(({ name: target, account, services: configured }) =>
    configured.map(({ name }): ScaleService => {
      const truth = Number(name.slice(1)) % crashInterval === crashInterval - 1 ? 'failure' : 'success';
      return { name, account, target: `${target}/${name}`, image: uris[truth], truth };
    }),
  );
  for (const service of services) await createScaleService(system, service);
  const createdAt = running.clock.now();
  await running.clock.advanceUntil(() => running.clock.now() > createdAt + steadyMs);
  return { ...system, running, services };
}

const firstImage = 'public.ecr.aws/example/app:1';

async function createScaleService(system: BenchSystem, service: ScaleService): Promise<void> {
  const before = await registerRevision(system, service, firstImage);
  await createService(system, service, { desired: 1, breaker: 'rolls back' }, before);
}
